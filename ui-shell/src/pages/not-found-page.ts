import { html } from 'lit';
import { PanelElement } from '../elements/panel-element.ts';
import { messages } from '../messages.ts';
import { setTitle } from '../shell/routes.ts';

export class NotFoundPage extends PanelElement {
  override render() {
    const { title, text, back } = messages.notFound;
    setTitle(title);
    return html`<div class="empty"><h1>${title}</h1><p>${text}</p><a class="button" href="/apps">${back}</a></div>`;
  }
}
customElements.define('fh-not-found', NotFoundPage);
