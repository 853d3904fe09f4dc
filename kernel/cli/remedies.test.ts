import { expect, test } from 'vitest';
import { withCommandRemedy } from './remedies.ts';

const refused = {
  code: 'invalid-request',
  title: 'The request has fields that cannot be accepted',
  status: 422,
  detail: '2 of the given values cannot be accepted. Each is listed in errors.',
  remedy: 'Correct the fields that errors names, and send the request again.',
  errors: [
    { pointer: '/name', message: 'Too long.' },
    { pointer: '/spec/color', message: 'There is no field "color" here.' },
  ],
};

test('refused values are spoken of as people see them, and not as a document with a list of errors', () => {
  const { remedy, detail, errors } = withCommandRemedy(refused) as typeof refused;
  expect({ remedy, detail, errors }).toEqual({
    remedy: undefined,
    detail: '2 values cannot be accepted.',
    errors: refused.errors,
  });
});

test('an answer of the API gets the remedy of the command line; the command line’s own errors keep theirs', () => {
  const missing = {
    code: 'app-not-found',
    title: '',
    detail: 'There is no app x.',
    remedy: 'GET /v1/apps lists them.',
  };
  expect(withCommandRemedy({ ...missing, status: 404 }).remedy).toBe('freehold app list shows the apps you can see.');
  expect(withCommandRemedy(missing).remedy).toBe('GET /v1/apps lists them.');
});
