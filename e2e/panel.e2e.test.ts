import { execFileSync } from 'node:child_process';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Installation } from './installation.ts';
import { DESKTOP, launchBrowser, openPage, PHONE } from './panel/browser.ts';
import { look } from './panel/look.ts';
import { PanelUser } from './panel/panel-user.ts';

/** What people do in the panel, in a real browser, on a phone and at a desk. Each test goes on where the one before ended. */

const freehold = new Installation();
let browser: Browser;

beforeAll(async () => {
  [browser] = await Promise.all([launchBrowser(), freehold.start()]);
});
afterAll(async () => {
  await browser?.close();
  await freehold.remove();
});

describe.each([
  ['phone', PHONE],
  ['desk', DESKTOP],
])('at a %s', (device, options) => {
  const host = `www.${device}.test`;
  const name = `shop-${device}`;
  let user: PanelUser;
  let complaints: string[];

  beforeAll(async () => {
    const opened = await openPage(browser, options);
    ({ complaints } = opened);
    user = new PanelUser(opened.page, freehold);
  });
  afterAll(() => user?.page.context().close());

  const appPath = () => new URL(user.page.url()).pathname.split('/').slice(0, 3).join('/');
  const loadApp = () => freehold.client.loadApp(appPath().slice('/apps/'.length));

  test('a wrong password is refused in words that say what to do, and name the request', async () => {
    await user.open('/tenants/new');
    await look(user.page, 'sign-in');
    await user.fill('E-mail', freehold.admin.email);
    await user.fill('Password', 'wrong');
    await user.press('Sign in');
    await user.read('There is no account with this e-mail and password.');
    await user.read(/^Request \w+/);
    await look(user.page, 'sign-in-refused');
  });

  test('signing in leads to where one wanted to go, and lasts over a reload; no script can read all of it', async () => {
    await user.signIn('/tenants/new');
    await user.heading('New tenant').waitFor();
    await user.page.reload();
    await user.heading('New tenant').waitFor();
    expect(await user.page.evaluate('document.cookie')).toBe('');
    const [cookie] = await user.page.context().cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/v1/session' });
    expect(await user.page.evaluate('JSON.stringify(localStorage)')).not.toContain(cookie?.value);
  });

  test('a tenant is made', async () => {
    await look(user.page, 'tenant-new');
    await user.press('Create tenant');
    await expect.poll(() => user.page.locator('#name[aria-invalid="true"]').count()).toBe(1);
    await user.fill('Name', `Customer at a ${device}`);
    await user.press('Create tenant');
    await user.heading(`Customer at a ${device}`).waitFor();
    await look(user.page, 'tenants');
  });

  test('an app that cannot be is refused at its fields; one that can goes online', async () => {
    await user.follow('Apps');
    await user.heading('Apps').waitFor();
    await look(user.page, 'apps-before');
    await user.page.getByRole('link', { name: 'New app' }).first().click();
    await user.page.getByRole('radio', { name: /^PHP website/ }).waitFor();
    await user.page.getByLabel('Tenant', { exact: true }).selectOption(`Customer at a ${device}`);
    await user.fill('Name', name);
    await user.fill('Host name 1', 'no host name!');
    await user.press('Create app');
    const fault = user.page.locator('[id="/hostnames/0-fault"]');
    await fault.waitFor();
    expect(await fault.textContent()).toMatch(/\w+/);
    expect(await user.page.evaluate(deepActive)).toBe('/hostnames/0');
    await look(user.page, 'app-refused');
    await user.fill('Host name 1', host);
    await user.press('Create app');
    await user.heading(name).waitFor();
    await user.seeState('Ready');
    expect(await freehold.site(host)).toMatchObject({ status: 200 });
    await user.page.reload();
    await user.seeState('Ready');
    await look(user.page, 'app');
  });

  test('a change is shown as a difference of files before it is made', async () => {
    await user.follow('Settings');
    await user.read('Nothing has been changed.');
    await look(user.page, 'settings');
    await user.page.getByText('PHP settings', { exact: true }).click();
    await user.fill('Memory limit', '9000T');
    await user.press('Review changes');
    await user.page.locator('[id="/phpSettings/memory_limit-fault"]').waitFor();
    await user.fill('Memory limit', '99M');
    await user.press('Review changes');
    await user.heading('What will happen on the node').waitFor();
    await user.read(/^\+.*memory_limit.*99M/);
    await look(user.page, 'plan');
    expect((await loadApp()).generation).toBe(1);
    await user.press('Apply');
    await user.read('Nothing has been changed.');
    await user.seeState('Ready');
    expect(await loadApp()).toMatchObject({ generation: 2, spec: { phpSettings: { memory_limit: '99M' } } });
    await user.page.getByText('PHP settings', { exact: true }).click();
    await user.fill('Memory limit', '');
    await user.press('Review changes');
    await user.read(/^-.*memory_limit.*99M/);
    await user.press('Apply');
    await user.read('Nothing has been changed.');
    expect((await loadApp()).spec).not.toHaveProperty('phpSettings.memory_limit');
  });

  test('files are uploaded, and rolled back', async () => {
    await user.follow('Releases');
    await user.heading('Nothing deployed yet').waitFor();
    for (const words of ['first', 'second']) {
      const upload = { name: 'site.tar.gz', mimeType: 'application/gzip', buffer: pack(words) };
      await user.page.locator('input[type=file]').setInputFiles(upload);
      await expect.poll(async () => (await freehold.site(host)).body).toBe(words);
    }
    await user.press('Roll back: Release 1');
    await user.heading('Go back to release 1?').waitFor();
    await look(user.page, 'roll-back');
    await user.press('Roll back');
    await expect.poll(async () => (await freehold.site(host)).body).toBe('first');
    await user.page.locator('li', { hasText: 'Release 1' }).getByText('live').waitFor();
    await look(user.page, 'releases');
  });

  test('an action is started after its warning, and told of with its log', async () => {
    await user.follow('Overview');
    await user.press('Run: Restart PHP');
    await user.read('Requests that are being computed are cut off.');
    await look(user.page, 'action');
    await user.press('Run');
    await user.follow('Operations');
    const newest = user.page.locator('summary').first();
    await newest.getByText('restart-php').waitFor();
    await newest.getByText('Done').waitFor();
    await newest.click();
    await user.page.getByRole('log').waitFor();
    await look(user.page, 'operations');
  });

  test('visits appear in the log as they happen', async () => {
    await user.follow('Logs');
    await user.page.getByLabel('Log', { exact: true }).selectOption({ label: 'Requests' });
    await freehold.site(host, `/live-${device}`);
    await user.read(new RegExp(`live-${device}`));
    await look(user.page, 'logs');
  });

  test('it is suspended and resumed', async () => {
    await user.follow('Overview');
    await user.press('Suspend');
    await user.heading(`Suspend ${name}?`).waitFor();
    await look(user.page, 'suspend');
    await user.fill('Note optional', 'holidays');
    await user.page.getByRole('dialog').getByRole('button', { name: 'Suspend', exact: true }).click();
    await user.seeState('Suspended');
    await user.read(/holidays/);
    expect(await freehold.site(host)).toMatchObject({ status: 503 });
    await user.press('Resume');
    await user.seeState('Ready');
    expect(await freehold.site(host)).toMatchObject({ status: 200 });
  });

  test('it goes to the trash, comes back, and is destroyed only by name', async () => {
    await user.press('Remove');
    await look(user.page, 'remove');
    await user.press('Move to the trash');
    await user.seeState('In the trash');
    expect((await freehold.site(host)).status).not.toBe(200);
    await look(user.page, 'trash');
    await user.press('Restore');
    await user.seeState('Ready');
    expect(await freehold.site(host)).toMatchObject({ status: 200, body: 'first' });
    await user.press('Remove');
    await user.press('Move to the trash');
    await user.seeState('In the trash');
    await user.press('Destroy');
    const destroy = user.button('Destroy for good');
    expect(await destroy.isDisabled()).toBe(true);
    await user.fill(`Type ${name} to confirm`, name);
    await destroy.click();
    await user.heading('The trash is empty').waitFor();
    await look(user.page, 'trash-empty');
  });

  test('nodes and plugins say how they are', async () => {
    await user.follow('Nodes');
    await user.follow('local');
    await user.read('Plugins enabled here');
    await user.press('Check now');
    await user.read(/none had to be changed/);
    await look(user.page, 'node');
    await user.follow('Plugins');
    await user.heading('Plugins').waitFor();
    await user.read('Websites with nginx and PHP');
    await look(user.page, 'plugins');
    await user.open('/no/such/page');
    await user.heading('No such page').waitFor();
    await look(user.page, 'no-such-page');
  });

  test('what others do appears by itself', async () => {
    await user.open('/apps');
    await user.heading('Apps').waitFor();
    const made = await freehold.createApp({
      type: 'static-site',
      name: `live-${device}`,
      spec: { hostnames: [`live.${device}.test`] },
    });
    await user.page
      .locator('li', { hasText: `live-${device}` })
      .getByText('Ready')
      .waitFor();
    await look(user.page, 'apps');
    await user.page.getByLabel('Search apps').fill('nothing like this');
    await user.heading('Nothing matches').waitFor();
    await user.press('Show all apps');
    await freehold.settle(freehold.client.removeApp(made.id));
    await expect.poll(() => user.page.locator('li', { hasText: `live-${device}` }).count()).toBe(0);
    await freehold.settle(freehold.client.purgeApp(made.id));
  });

  test('signing out leaves nothing behind', async () => {
    await user.press('Sign out');
    await user.heading('Sign in').waitFor();
    expect(await user.page.context().cookies()).toEqual([]);
    expect(await user.page.evaluate('localStorage.length')).toBe(0);
  });

  test('the browser had nothing to complain of', () => {
    expect(complaints).toEqual([]);
  });
});

test('everything can be done with the keyboard alone', async () => {
  const { page } = await openPage(browser, DESKTOP);
  const user = new PanelUser(page, freehold);
  const keys = async (...pressed: string[]) => {
    for (const key of pressed) await page.keyboard.press(key);
  };
  const tabTo = async (what: string) => {
    for (let left = 60; left > 0; left--) {
      await keys('Tab');
      if ((await page.evaluate(deepActive)) === what) return expectVisibleFocus(user);
    }
    throw new Error(`The focus never comes to ${what}.`);
  };
  await user.open('/');
  await user.heading('Sign in').waitFor();
  await page.keyboard.type(freehold.admin.email);
  await tabTo('password');
  await page.keyboard.type(freehold.admin.password);
  await keys('Enter');
  await user.heading('Apps').waitFor();
  await keys('c');
  await user.page.getByRole('radio', { name: /^PHP website/ }).waitFor();
  await tabTo('name');
  await page.keyboard.type('by-keyboard');
  await tabTo('/hostnames/0');
  await page.keyboard.type('keyboard.test');
  await keys('Enter');
  await user.heading('by-keyboard').waitFor();
  await user.seeState('Ready');
  await keys('g', 'a');
  await user.heading('Apps').waitFor();
  await user.page.getByLabel('Search apps').waitFor();
  await keys('/');
  await page.keyboard.type('by-key');
  await tabTo('by-keyboard');
  await keys('Enter');
  await user.heading('by-keyboard').waitFor();
  await tabTo('Remove');
  await keys('Enter');
  await user.heading('Remove by-keyboard?').waitFor();
  await keys('Escape');
  await expect.poll(() => page.evaluate(deepActive)).toBe('Remove');
  await keys('Enter');
  await user.heading('Remove by-keyboard?').waitFor();
  await tabTo('Move to the trash');
  await keys('Enter');
  await user.seeState('In the trash');
  await keys('?');
  await user.heading('Keyboard shortcuts').waitFor();
  await page.context().close();
});

/** What has the focus, through all shadow roots: its id, or what it says. */
const deepActive = `(() => {
  let active = document.activeElement;
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
  return active?.id || active?.textContent?.trim();
})()`;

async function expectVisibleFocus({ page }: PanelUser): Promise<void> {
  const outlined = await page.evaluate(`(() => {
    let active = document.activeElement;
    while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
    return [undefined, '::after'].some((part) => getComputedStyle(active, part).outlineStyle !== 'none');
  })()`);
  expect(outlined).toBe(true);
}

/** A site of one page. */
function pack(words: string): Buffer {
  const script = `d=$(mktemp -d) && printf %s '${words}' > "$d/index.php" && tar -czf - -C "$d" . && rm -r "$d"`;
  return execFileSync('sh', ['-c', script]);
}
