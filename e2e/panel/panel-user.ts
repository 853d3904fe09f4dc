import type { Locator, Page } from 'playwright-core';
import type { Installation } from '../installation.ts';

/** Somebody in front of the panel: what people do there, in their words. */
export class PanelUser {
  readonly page: Page;
  readonly #freehold: Installation;

  constructor(page: Page, freehold: Installation) {
    this.page = page;
    this.#freehold = freehold;
  }

  async open(path: string): Promise<void> {
    await this.page.goto(this.#freehold.ready.api + path);
  }

  async signIn(path = '/'): Promise<void> {
    await this.open(path);
    const { email, password } = this.#freehold.admin;
    await this.fill('E-mail', email);
    await this.fill('Password', password);
    await this.press('Sign in');
    await this.button('Sign out').waitFor();
  }

  async fill(label: string, text: string): Promise<void> {
    await this.page.getByLabel(label, { exact: true }).fill(text);
  }

  async press(name: string): Promise<void> {
    await this.button(name).click();
  }

  /** In the navigation, in the parts of an app, or anywhere else. */
  async follow(name: string): Promise<void> {
    await this.page.getByRole('link', { name, exact: true }).click();
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  heading(name: string): Locator {
    return this.page.getByRole('heading', { name, exact: true });
  }

  /** Waits until it can be read. */
  async read(text: string | RegExp): Promise<void> {
    await this.page.getByText(text).first().waitFor();
  }

  /** Waits until the app at hand is in this state. */
  async seeState(label: string): Promise<void> {
    const app = new URL(this.page.url()).pathname.split('/')[2] ?? '';
    await this.page
      .locator(`.title fh-status[label="${label}"]`)
      .waitFor()
      .catch(async (cause) => {
        const shown = await this.page.locator('.title fh-status').getAttribute('label');
        const { conditions } = await this.#freehold.client.loadApp(app);
        throw new Error(`It is shown as ${shown} and not as ${label}; the API says ${JSON.stringify(conditions)}`, {
          cause,
        });
      });
  }
}
