import { Type } from '@freehold/sdk';
import type { Routes } from '../http/http.ts';
import { answers, Nullable, PageOf } from '../http/schemas.ts';
import type { PluginPermissions } from './grant-rules.ts';
import { type Permission, permissionCatalogue } from './permission-catalogue.ts';

export const permissionRoutes =
  (plugins: PluginPermissions): Routes =>
  (http) => {
    http.get(
      '/v1/permissions',
      {
        config: { permission: 'own' },
        schema: {
          summary: 'Everything that can be allowed, and which roles have it',
          tags: ['access'],
          response: answers(200, PageOf(PermissionView)),
        },
      },
      async () => {
        const own = Object.entries<Permission>(permissionCatalogue).map(([id, one]) => view(id, one, null));
        const added = [...plugins()].map(([id, one]) => view(id, one, id.split('.')[0] ?? null));
        return { items: [...own, ...added], next: null };
      },
    );
  };

const PermissionView = Type.Object({
  id: Type.String(),
  title: Type.String(),
  on: Type.Enum(['app', 'tenant', 'installation'], { description: 'What is asked for.' }),
  roles: Type.Array(Type.String()),
  plugin: Nullable(Type.String({ description: 'The plugin that it comes from.' })),
});

function view(id: string, { title, on, roles }: Permission, plugin: string | null) {
  return { id, title, on, roles: [...roles], plugin };
}
