import { settingDefaults } from '../../settings/setting.schema.ts';
import type { SettingService, Settings } from '../../settings/setting.service.ts';
import type { Http } from '../http.ts';

/** Gives the settings as each request finds them, without asking the database. */
export function followSettings(http: Http, settings: SettingService): () => Settings {
  let current = settingDefaults;
  http.addHook('onRequest', async () => {
    // Without its database the server goes on with what it knew, to say that it is not ready.
    current = await settings.known().catch(() => current);
  });
  return () => current;
}
