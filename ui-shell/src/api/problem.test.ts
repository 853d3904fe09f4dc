import { describe, expect, test } from 'vitest';
import { ApiProblem, answeredProblem, faultsBelow, faultsElsewhere, toProblem } from './problem.ts';

const invalid = answeredProblem(
  422,
  JSON.stringify({
    code: 'invalid-request',
    title: 'Fields',
    detail: '2 values',
    instance: 'urn:freehold:request:abc',
    errors: [
      { pointer: '/name', message: 'Taken.' },
      { pointer: '/spec', message: 'Too much.' },
      { pointer: '/spec/hostnames/0', message: 'No host name.', remedy: 'Give one.' },
      { pointer: '/spec/hostnames/0', message: 'Too long.' },
      { pointer: '/spec/folder', message: 'No folder.', rule: 'pattern', remedy: 'Match ^[a-z]$.' },
      { pointer: '/specification', message: 'Unknown.' },
    ],
  }),
);

describe('a problem', () => {
  test('keeps the words of the server and says which request it was', () => {
    expect([invalid.message, invalid.code, invalid.requestId, invalid.document.status]).toEqual([
      '2 values',
      'invalid-request',
      'abc',
      422,
    ]);
  });

  test('puts faults to the fields of a form by their pointers', () => {
    expect([...faultsBelow(invalid, '/spec')]).toEqual([
      ['', 'Too much.'],
      ['/hostnames/0', 'No host name. Give one. Too long.'],
      ['/folder', 'No folder.'],
    ]);
    expect([...faultsBelow(invalid, '/name')]).toEqual([['', 'Taken.']]);
    expect([...faultsBelow(undefined, '')]).toEqual([]);
  });

  test('tells what no field shows', () => {
    expect(faultsElsewhere(invalid, ['/name', '/spec'])).toMatchObject([{ pointer: '/specification' }]);
  });

  test.each([
    ['<html>Bad gateway</html>', 502, 'unexpected-answer', true],
    ['{"error":"x"}', 404, 'unexpected-answer', false],
    ['', 500, 'unexpected-answer', true],
  ])('of an answer that is not ours, %j, is honest', (text, status, code, retryable) => {
    expect(answeredProblem(status, text).document).toMatchObject({ code, status, retryable });
  });

  test('is made of anything that was thrown', () => {
    expect(toProblem(invalid)).toBe(invalid);
    expect(toProblem(new TypeError('x'))).toBeInstanceOf(ApiProblem);
    expect(toProblem('word').message).toBe('word');
  });
});
