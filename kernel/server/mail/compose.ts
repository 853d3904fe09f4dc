import type { Foundation, Wiring } from '../composition.ts';
import { Mailer } from './mailer.ts';

export function composeMail(_foundation: Foundation, { provide }: Wiring): void {
  provide(Mailer, () => new Mailer());
}
