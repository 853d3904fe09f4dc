const STYLE = `
:root { color-scheme: light dark; --paper: #fafaf9; --ink: #292524; --soft: #78716c; --line: #e7e5e4; }
@media (prefers-color-scheme: dark) { :root { --paper: #1c1917; --ink: #e7e5e4; --soft: #a8a29e; --line: #44403c; } }
* { box-sizing: border-box; margin: 0; }
body { min-height: 100vh; display: grid; place-items: center; padding: 2rem; background: var(--paper); color: var(--ink);
  font: 1.0625rem/1.6 system-ui, sans-serif; }
main { max-width: 32rem; border-top: 1px solid var(--line); padding-top: 1.5rem; }
h1 { font-size: 1.375rem; font-weight: 600; line-height: 1.3; text-wrap: balance; }
p { margin-top: .5rem; color: var(--soft); }
code { font: .9375em ui-monospace, monospace; color: var(--ink); }
`;

/**
 * A page that stands for a site. Both texts are written by us, and may be HTML; `extra` follows the text.
 */
export function renderPage(title: string, text: string, extra = ''): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p>${text}</p>
${extra}</main>
</body>
</html>
`;
}
