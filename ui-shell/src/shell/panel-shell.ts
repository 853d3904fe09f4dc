import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import type { Session as Who } from '../../../kernel/cli/api-types.ts';
import { icon } from '../elements/icons.ts';
import { PanelElement } from '../elements/panel-element.ts';
import { forgetAnswers } from '../live/live-query.ts';
import { messages } from '../messages.ts';
import { matchRoute } from '../routing/match-route.ts';
import { shellStyles } from './panel-shell.css.ts';
import { type Route, routes, type Section, setTitle } from './routes.ts';
import { applyScheme, currentScheme, type Scheme } from './scheme.ts';
import { api, live, router, session } from './services.ts';
import type { ShortcutList } from './shortcut-list.ts';
import { listenForShortcuts } from './shortcuts.ts';
import { loadWho, runsInstallation } from './who.ts';
import '../pages/index.ts';
import './shortcut-list.ts';

/** The frame around every page: who one is, where one is, and where else one can go. */
export class PanelShell extends PanelElement {
  static override properties = { who: { state: true }, alone: { type: Boolean, reflect: true } };
  static override styles = [...PanelElement.styles, shellStyles];
  declare who: Who | undefined;
  declare alone: boolean;
  #forgetKeys: (() => void) | undefined;
  #shownPath = router.path;

  override connectedCallback(): void {
    super.connectedCallback();
    session.addEventListener('change', () => this.#seeSession());
    live.addEventListener('change', () => this.requestUpdate());
    router.addEventListener('navigate', () => this.#seeAddress());
    const go = (path: string) => () => router.go(path);
    this.#forgetKeys = listenForShortcuts({
      ...{ 'g a': go('/apps'), 'g n': go('/nodes'), 'g p': go('/plugins'), 'g t': go('/tenants'), c: go('/apps/new') },
      '?': () => this.renderRoot.querySelector<ShortcutList>('fh-shortcut-list')?.show(),
    });
    this.#seeSession();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#forgetKeys?.();
  }

  protected override willUpdate(_: PropertyValues): void {
    this.alone = !session.value;
  }

  override render() {
    if (!session.value) return html`<main id="content"><fh-sign-in></fh-sign-in></main>`;
    const match = matchRoute(routes, router.path);
    if (match) setTitle(match.route.title);
    const page = match?.route.render(match.parameters) ?? html`<fh-not-found></fh-not-found>`;
    return html`
      ${this.#renderSide(match?.route)}
      <main id="content" tabindex="-1">${keyed(pageKey(router.path), page)}</main>
      <p class="offline" role="status" ?hidden=${live.connected}>${messages.offline}</p>
      <fh-shortcut-list></fh-shortcut-list>`;
  }

  #renderSide(route: Route | undefined): TemplateResult {
    const runs = this.who && runsInstallation(this.who);
    const sections: readonly Section[] = runs ? ['apps', 'nodes', 'plugins', 'tenants'] : ['apps', 'tenants'];
    return html`<aside>
      <button class="skip" @click=${this.#skip}>${messages.skipToContent}</button>
      <a class="brand" href="/apps"><img src="/icon.svg" alt="" />${messages.product}</a>
      <nav aria-label=${messages.navigation.title}>
        <ul>${sections.map(
          (section) =>
            html`<li><a href="/${section}" aria-current=${section === route?.section ? 'page' : nothing}>${icon(section)}${messages.navigation[section]}</a></li>`,
        )}</ul>
      </nav>
      <div class="account" role="group" aria-label=${messages.account}>
        <p class="email small soft" title=${session.value?.email ?? ''}>${session.value?.email}</p>
        <div class="scheme">
          <label for="scheme">${messages.scheme.title}</label>
          <select id="scheme" @change=${({ target }: Event) => applyScheme((target as HTMLSelectElement).value as Scheme)}>
            ${(['system', 'light', 'dark'] as const).map(
              (one) => html`<option value=${one} ?selected=${one === currentScheme()}>${messages.scheme[one]}</option>`,
            )}
          </select>
        </div>
        <button class="button quiet keys" @click=${() => this.renderRoot.querySelector<ShortcutList>('fh-shortcut-list')?.show()}>
          ${icon('keyboard')}<span>${messages.shortcuts}</span></button>
        <button class="button quiet" title=${messages.signOut} @click=${() => api.signOut()}>${icon('leave')}<span>${messages.signOut}</span></button>
      </div>
    </aside>`;
  }

  #seeSession(): void {
    this.who = undefined;
    if (session.value) {
      live.start();
      loadWho().then(
        (who) => {
          this.who = who;
        },
        () => undefined,
      );
    } else {
      live.stop();
      forgetAnswers();
    }
    this.requestUpdate();
  }

  /** A new page begins at its head, for the eyes and for whoever listens. */
  async #seeAddress(): Promise<void> {
    this.requestUpdate();
    await this.updateComplete;
    if (pageKey(this.#shownPath) !== pageKey(router.path))
      this.renderRoot.querySelector<HTMLElement>('main')?.focus({ preventScroll: true });
    this.#shownPath = router.path;
  }

  #skip(): void {
    this.renderRoot.querySelector<HTMLElement>('main')?.focus();
  }
}
customElements.define('fh-panel', PanelShell);

/** Parts of one thing are one page: what was loaded stays. */
function pageKey(path: string): string {
  return path.split('/').slice(0, 3).join('/');
}
