import { html, type TemplateResult } from 'lit';
import { messages } from '../messages.ts';
import type { RouteParameters } from '../routing/match-route.ts';

/** A page of the panel. */
export interface Route {
  readonly path: string;
  /** Of the entry in the navigation that it belongs to. */
  readonly section: Section;
  /** For the title of the window. A page that knows better sets it itself. */
  readonly title: string;
  readonly render: (parameters: RouteParameters) => TemplateResult;
}

export type Section = keyof Omit<typeof messages.navigation, 'title'>;

/** All pages. What plugins contribute will be more of these. */
export const routes: readonly Route[] = [
  { path: '/', section: 'apps', title: messages.apps.title, render: () => html`<fh-apps></fh-apps>` },
  { path: '/apps', section: 'apps', title: messages.apps.title, render: () => html`<fh-apps></fh-apps>` },
  {
    path: '/apps/new',
    section: 'apps',
    title: messages.create.title,
    render: () => html`<fh-app-create></fh-app-create>`,
  },
  {
    path: '/apps/:app',
    section: 'apps',
    title: messages.apps.title,
    render: ({ app }) => html`<fh-app .app=${app} tab="overview"></fh-app>`,
  },
  {
    path: '/apps/:app/:part',
    section: 'apps',
    title: messages.apps.title,
    render: ({ app, part }) => html`<fh-app .app=${app} tab=${part ?? ''}></fh-app>`,
  },
  { path: '/nodes', section: 'nodes', title: messages.nodes.title, render: () => html`<fh-nodes></fh-nodes>` },
  {
    path: '/nodes/:node',
    section: 'nodes',
    title: messages.nodes.title,
    render: ({ node }) => html`<fh-node .node=${node}></fh-node>`,
  },
  {
    path: '/plugins',
    section: 'plugins',
    title: messages.plugins.title,
    render: () => html`<fh-plugins></fh-plugins>`,
  },
  {
    path: '/tenants',
    section: 'tenants',
    title: messages.tenants.title,
    render: () => html`<fh-tenants></fh-tenants>`,
  },
  {
    path: '/tenants/new',
    section: 'tenants',
    title: messages.tenants.create,
    render: () => html`<fh-tenant-create></fh-tenant-create>`,
  },
];

/** Says where one is, in the title of the window. */
export function setTitle(...parts: readonly string[]): void {
  document.title = [...parts, messages.product].join(' · ');
}
