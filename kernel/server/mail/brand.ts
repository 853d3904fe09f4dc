import type { Settings } from '../settings/setting.schema.ts';
import type { Brand as StoredBrand } from '../store/entities/index.ts';

/** How mails look and whom they come from. */
export interface Brand {
  readonly name: string;
  /** `#rrggbb` */
  readonly color: string;
  readonly logoUrl: string | null;
  readonly supportEmail: string | null;
  /** Address that mails come from. */
  readonly sender: string;
  readonly footer: string | null;
}

const COLOR = '#1f6feb';
/** Of an installation that has no mail server: its mails go nowhere. */
const NOWHERE = 'freehold@localhost';

/** What the brands say, the nearest first; and where none of them says anything, the settings. */
export function mergeBrands(brands: readonly Partial<StoredBrand>[], settings: Settings): Brand {
  const find = <Key extends keyof StoredBrand>(key: Key) => brands.find((brand) => brand[key])?.[key];
  return {
    name: find('name') ?? settings.name,
    color: find('color') ?? COLOR,
    logoUrl: find('logoUrl') ?? null,
    supportEmail: find('supportEmail') ?? settings.supportEmail,
    sender: find('sender') ?? settings.mail.from ?? NOWHERE,
    footer: find('footer') ?? null,
  };
}
