import { expect, test } from 'vitest';
import { createEventParser } from './event-parser.ts';

const parse = (...pieces: string[]) => {
  const read = createEventParser();
  return pieces.flatMap((piece) => read(piece));
};

test.each([
  [['data: {"a":1}\n\n'], [{ data: '{"a":1}' }]],
  [['id: 7-1\nevent: app.created\ndata: {}\n\n'], [{ id: '7-1', event: 'app.created', data: '{}' }]],
  [[': open\n\n: still here\n\n'], []],
  [
    ['da', 'ta: a', '\n', '\nda', 'ta: b\n\n'],
    [{ data: 'a' }, { data: 'b' }],
  ],
  [['data: a\r\n', 'data:b\r\n\r\n'], [{ data: 'a\nb' }]],
  [['data: a\r', '\n\r\n'], [{ data: 'a' }]],
  [['event: x\n\ndata: y\n\n'], [{ data: 'y' }]],
  [['data: with: colon\n\n'], [{ data: 'with: colon' }]],
  [['data: not finished\n'], []],
])('%j holds %j', (pieces, messages) => {
  expect(parse(...pieces)).toEqual(messages);
});
