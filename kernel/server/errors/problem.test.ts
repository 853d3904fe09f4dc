import { expect, test } from 'vitest';
import { catalogue } from './catalogue.ts';
import { problem } from './problem.ts';

test('the message names the values it got', () => {
  expect(problem('app-name-taken', { name: 'shop' })).toMatchObject({
    code: 'app-name-taken',
    message: 'The tenant has another app with the name shop.',
    remedy: 'Choose another name.',
  });
});

test('a value of any length and with any character is shown short and harmless', () => {
  const { message } = problem('app-not-found', { app: `x\n\u0000\u202e${'y'.repeat(70_000)}` });
  expect(message).not.toMatch(/[\u0000-\u001f\u202e]/);
  expect(message.length).toBeLessThan(300);
});

test('a value that looks like a placeholder stays a value', () => {
  expect(problem('app-name-taken', { name: '{name}' }).message).toContain('name {name}.');
});

test('every error has a client or server status and full sentences', () => {
  for (const { status, title, detail, remedy } of Object.values(catalogue)) {
    expect(status).toBeGreaterThanOrEqual(400);
    expect(title).not.toMatch(/[.]$/);
    expect(detail).toMatch(/[.}]$/);
    expect(remedy).toMatch(/[.]$/);
  }
});
