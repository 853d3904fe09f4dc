import { expect, test } from 'vitest';
import type { MailTemplate } from './mail-data.ts';
import { presentData } from './present-data.ts';
import type { MailFrame } from './render-html.ts';
import { renderMail } from './render-mail.ts';
import { getTemplate } from './templates.ts';
import { sampleData } from './testing/sample-data.ts';
import { frames } from './words.ts';

const brand = {
  name: 'Freehold',
  color: '#1f6feb',
  logoUrl: null,
  supportEmail: null,
  sender: 'a@b.test',
  footer: null,
};
const frame: MailFrame = { language: 'en', words: frames.en, brand, name: 'Ada' };
const present = (template: MailTemplate, data: object) =>
  presentData({ template, data, language: 'en', timeZone: 'Europe/Vienna', panel: 'https://panel.test', brand });
const render = (template: MailTemplate, data: object, more: Partial<MailFrame> = {}) =>
  renderMail(getTemplate(template, 'en'), present(template, data), { ...frame, ...more });

test('a mail in plain text is what people would write', () => {
  expect(render('new-sign-in', sampleData['new-sign-in']).text).toBe(`Hello Ada,

Your account at Freehold was signed in to from a device that was not used
before.

  When: 9 March 2026 at 18:05:00 CET
  Device: Firefox on Debian
  From: 198.51.100.7

If it was you, there is nothing to do. If not, end the session and choose a
new password:

Show my sessions:
https://panel.test/account

-- 
Freehold
This mail was written by a program.
`);
});

test('what is not known is left out, and whoever nobody knows is not named', () => {
  const { text, html } = render('email-changed', { email: 'new@freehold.test', at: new Date(0) });
  expect(text).not.toContain('From:');
  expect(html).not.toContain('>From<');
  expect(text).toContain('write to whoever\ngave you access at once.');
  expect(render('tenant-suspended', { tenantName: 'Ada', reason: 'abuse' }).text).toContain('Reason: misuse\n\nWrite');
});

test.each([
  ['#ffffff', '#000000'],
  ['#ffd700', '#000000'],
  ['#1f3a5f', '#ffffff'],
  ['#000000', '#ffffff'],
])('on a button of %s the words are %s', (color, words) => {
  const { html } = render('invitation', sampleData.invitation, { brand: { ...brand, color } });
  expect(html).toContain(`background:${color};color:${words}`);
});

test('a template that asks for what the mail does not have is an error', () => {
  expect(() => render('email-changed', { at: new Date(0) })).toThrow(/email/);
});
