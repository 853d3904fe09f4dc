import { expect, test } from 'vitest';
import { countLines } from './count-lines.ts';

test.each([
  ['nothing', '', 2, 0, 0],
  ['two numbers at the end of each line', 'GET / 1 20\nGET /x 300 4000\n', 2, 4321, 27],
  ['one number', '"x" 12\n', 1, 12, 7],
  ['only whole lines', 'a 1 2\nb 3 4', 2, 3, 6],
  ['no line that ends otherwise', 'a 1 x\nb - 2\nc 1.5 2\n3 4\n d 1 2 \n', 2, 0, 32],
  ['not what a visitor wrote before', '"GET /?x 900 900 HTTP/1.1" 5 6\n', 2, 11, 31],
  ['no number that nothing is as large as', 'a 1 9999999999999999\n', 2, 0, 21],
])('%s is counted', (_, text, fields, sum, length) => {
  expect(countLines(Buffer.from(text), fields)).toEqual({ sum, length });
});
