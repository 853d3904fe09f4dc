const LONGEST = 200;

/** A value as it may be shown to whoever sent it: texts are cut, control characters taken out, objects written as JSON. */
export function shortValue(value: unknown): unknown {
  if (typeof value === 'string') return cut(printable(value));
  if (typeof value === 'object' && value !== null) return cut(printable(startOfJson(value)));
  return value;
}

/** The same as part of a sentence, strings in quotes. */
export function quoteValue(value: unknown): string {
  const short = shortValue(value);
  return typeof value === 'string' ? `"${short}"` : String(short);
}

/** Also takes out what changes the direction of text, with which a value could make a message say something else. */
function printable(text: string): string {
  return text
    .slice(0, 4 * LONGEST)
    .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, '');
}

function cut(text: string): string {
  const characters = Array.from(text);
  return characters.length > LONGEST ? `${characters.slice(0, LONGEST - 1).join('')}…` : text;
}

/** At least as much of the JSON text as is shown, without writing all of what may be a megabyte. */
function startOfJson(value: unknown): string {
  let text = '';
  const write = (part: unknown): void => {
    if (text.length > LONGEST) return;
    if (Array.isArray(part)) writeAll('[', ']', part, write);
    else if (typeof part === 'object' && part !== null) writeAll('{', '}', Object.entries(part), writeMember);
    else text += JSON.stringify(typeof part === 'string' ? part.slice(0, LONGEST) : part) ?? 'null';
  };
  const writeMember = ([name, member]: [string, unknown]): void => {
    text += `${JSON.stringify(name.slice(0, LONGEST))}:`;
    write(member);
  };
  const writeAll = <Part>(
    open: string,
    close: string,
    parts: readonly Part[],
    writePart: (part: Part) => void,
  ): void => {
    text += open;
    for (const [index, part] of parts.entries()) {
      if (text.length > LONGEST) return;
      if (index > 0) text += ',';
      writePart(part);
    }
    text += close;
  };
  write(value);
  return text;
}
