import { Type } from '@freehold/sdk';
import { type Actor, storedActor } from '../accounts/actor.ts';
import { assertCan } from '../accounts/permissions.ts';
import type { AuditService } from '../audit/audit.service.ts';
import type { Routes } from '../http/http.ts';
import { answers, Body, Nullable } from '../http/schemas.ts';
import type { Store } from '../store/store.ts';
import type { SettingService, Settings } from './setting.service.ts';

interface Services {
  readonly settings: SettingService;
  readonly store: Store;
  readonly audit: AuditService;
}

export const settingRoutes =
  ({ settings, store, audit }: Services): Routes =>
  (http) => {
    const tags = ['settings'];
    const response = answers(200, SettingsView);

    http.get(
      '/v1/settings',
      {
        config: { permission: 'settings.read' },
        schema: { summary: 'What holds for the installation', tags, response },
      },
      async ({ authenticated }) => {
        assertCan(authenticated.actor, 'settings.read');
        return settings.load();
      },
    );

    http.patch(
      '/v1/settings',
      {
        config: { permission: 'settings.manage' },
        schema: { summary: 'Change what holds for the installation', tags, body: SettingsChange, response },
      },
      async ({ authenticated, body }) => {
        await change(authenticated.actor, body);
        return settings.load();
      },
    );

    async function change(actor: Actor, wish: Partial<Settings>): Promise<void> {
      assertCan(actor, 'settings.manage');
      await store.transaction(async (tx) => {
        await settings.record(tx, wish);
        const details = { ...wish };
        audit.record(tx, { actor: storedActor(actor), action: 'settings.change', subject: 'settings', details });
      });
    }
  };

const Retention = Type.Integer({
  minimum: 0,
  maximum: 315_360_000,
  description: 'Seconds that a removed app stays in the trash.',
});
const PublicUrl = Nullable(
  Type.String({
    maxLength: 500,
    pattern: '^https?://[^ ]+$',
    description: 'Address of API and panel. It begins with http:// or https:// and has no blanks.',
  }),
);
const SettingsView = Type.Object({ retention: Retention, publicUrl: PublicUrl });
const SettingsChange = Body({ retention: Type.Optional(Retention), publicUrl: Type.Optional(PublicUrl) });
