import type { Routes } from '../http/http.ts';
import { answers } from '../http/schemas.ts';
import { SettingsChange, SettingsView } from './setting.api.ts';
import type { SettingAdministration } from './setting-administration.ts';

const tags = ['settings'];
const response = answers(200, SettingsView);

export const settingRoutes =
  (settings: SettingAdministration): Routes =>
  (http) => {
    http.get(
      '/v1/settings',
      {
        config: { permission: 'settings.read' },
        schema: { summary: 'What holds for the installation', tags, response },
      },
      async ({ authenticated }) => settings.load(authenticated.actor),
    );

    http.patch(
      '/v1/settings',
      {
        config: { permission: 'settings.manage' },
        schema: {
          ...{ summary: 'Change what holds for the installation', tags },
          description:
            'What is null is as it is by default. Of rateLimits and mail the members that are given are changed.',
          body: SettingsChange,
          response,
        },
      },
      async ({ authenticated, body }) => {
        await settings.change(authenticated.actor, body);
        return settings.load(authenticated.actor);
      },
    );
  };
