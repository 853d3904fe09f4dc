export interface StreamMessage {
  readonly id?: string;
  readonly event?: string;
  readonly data: string;
}

/**
 * Takes server-sent events out of text that comes in pieces, as the HTML standard reads them. `EventSource` itself cannot send
 * the header that the session needs.
 */
export function createEventParser(): (text: string) => StreamMessage[] {
  let rest = '';
  let fields: { id?: string; event?: string; data: string[] } = { data: [] };
  return (text) => {
    const lines = (rest + text).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    const messages: StreamMessage[] = [];
    for (const line of lines) {
      if (line === '') {
        const { data, ...others } = fields;
        if (data.length > 0) messages.push({ ...others, data: data.join('\n') });
        fields = { data: [] };
        continue;
      }
      const [, name, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
      if (name === 'data') fields.data.push(value);
      else if (name === 'id' || name === 'event') fields[name] = value;
    }
    return messages;
  };
}
