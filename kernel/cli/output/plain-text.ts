/**
 * Text that cannot steer the terminal. Names, diffs and log lines come from other people: of control characters only
 * tab, line feed and our own colours pass, the others are shown as the pictures that Unicode has for them.
 */
export function plainText(text: string): string {
  return text.replace(/\x1b\[(?:\d{1,2})?m|[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, (found) =>
    found.length > 1 ? found : picture(found.charCodeAt(0)),
  );
}

function picture(code: number): string {
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '␡' : '\ufffd';
}
