import type { Brand } from './brand.ts';
import type { CompiledBlock, CompiledTemplate, Values } from './templates.ts';
import type { frames } from './words.ts';

/** What is around the text of a mail. */
export interface MailFrame {
  readonly language: string;
  readonly words: (typeof frames)['en'];
  readonly brand: Brand;
  /** Of the person it goes to. */
  readonly name: string | undefined;
}

const TEXT = 'margin:0 0 16px;font-size:16px;line-height:24px;color:#1f2328';
const SMALL = 'margin:0 0 8px;font-size:13px;line-height:20px;color:#59636e';

/** Tables and styles on every element: it is what all mail programs show. No script, and no picture but the logo of the brand. */
export function renderHtml(
  template: CompiledTemplate,
  values: Values,
  { language, words, brand, name }: MailFrame,
): string {
  const body = [
    paragraph(escapeHtml(words.greeting(name))),
    ...template.blocks.map((block) => renderBlock(block, values, { hint: words.hint, color: brand.color })),
  ].join('\n');
  const footer = [
    `<p style="${SMALL}">${escapeHtml(brand.name)}</p>`,
    ...(brand.footer ? [`<p style="${SMALL}">${escapeHtml(brand.footer)}</p>`] : []),
    ...(brand.supportEmail ? [`<p style="${SMALL}">${escapeHtml(words.contact(brand.supportEmail))}</p>`] : []),
    `<p style="${SMALL}">${escapeHtml(words.closing)}</p>`,
  ].join('\n');
  return `<!doctype html>
<html lang="${escapeHtml(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light">
<title>${escapeHtml(template.subject.text(values))}</title>
</head>
<body style="margin:0;padding:0;background:#f6f8fa;font-family:system-ui,-apple-system,'Segoe UI',Roboto,sans-serif">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center" style="padding:24px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:560px;background:#ffffff;border-top:4px solid ${brand.color}">
<tr><td style="padding:24px 32px 0">${renderHeading(brand)}</td></tr>
<tr><td style="padding:16px 32px">
${body}
</td></tr>
<tr><td style="padding:16px 32px 24px;border-top:1px solid #d1d9e0">
${footer}
</td></tr>
</table>
</td></tr></table>
</body>
</html>
`;
}

function renderHeading({ name, logoUrl }: Brand): string {
  if (logoUrl === null) return `<strong style="font-size:18px;color:#1f2328">${escapeHtml(name)}</strong>`;
  return `<img src="${escapeHtml(logoUrl)}" alt="${escapeHtml(name)}" height="40" style="height:40px;border:0;font-size:18px">`;
}

function renderBlock(block: CompiledBlock, values: Values, look: { hint: string; color: string }): string {
  switch (block.kind) {
    case 'paragraph':
      return paragraph(block.text.html(values));
    case 'button':
      return renderButton(block.label.html(values), block.address.html(values), look);
    case 'facts':
      return renderFacts(block, values);
  }
}

function paragraph(html: string): string {
  return html === '' ? '' : `<p style="${TEXT}">${html}</p>`;
}

/** With the address in words: where pictures of buttons are not trusted, or the mail is printed. */
function renderButton(label: string, address: string, { hint, color }: { hint: string; color: string }): string {
  const look = `display:inline-block;padding:10px 20px;background:${color};color:${readableOn(color)};font-weight:600;text-decoration:none;border-radius:6px`;
  return `<p style="${TEXT}"><a href="${address}" style="${look}">${label}</a></p>
<p style="${SMALL}">${escapeHtml(hint)}<br><a href="${address}" style="color:#0969da;word-break:break-all">${address}</a></p>`;
}

function renderFacts({ facts }: Extract<CompiledBlock, { kind: 'facts' }>, values: Values): string {
  const rows = facts
    .filter(({ value }) => value.text(values) !== '')
    .map(
      ({ label, value }) =>
        `<tr><th scope="row" align="left" style="padding:2px 16px 2px 0;font-size:15px;font-weight:400;color:#59636e;vertical-align:top">${label.html(values)}</th><td style="padding:2px 0;font-size:15px;color:#1f2328">${value.html(values)}</td></tr>`,
    );
  return rows.length === 0
    ? ''
    : `<table cellpadding="0" cellspacing="0" style="margin:0 0 16px">\n${rows.join('\n')}\n</table>`;
}

/** Black or white, whichever can be read better (WCAG 2.2, relative luminance). */
function readableOn(color: string): string {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return luminance > 0.179 ? '#000000' : '#ffffff';
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
