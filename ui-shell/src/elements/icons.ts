import { html, svg, type TemplateResult } from 'lit';

/** Drawn on a grid of 20, in the colour of the text. All are decoration: words stand beside them or in a label. */
const paths = {
  apps: svg`<rect x="3" y="3" width="6" height="6" rx="1.5"/><rect x="11" y="3" width="6" height="6" rx="1.5"/><rect x="3" y="11" width="6" height="6" rx="1.5"/><rect x="11" y="11" width="6" height="6" rx="1.5"/>`,
  nodes: svg`<rect x="3" y="3.5" width="14" height="5" rx="1.5"/><rect x="3" y="11.5" width="14" height="5" rx="1.5"/><path d="M6 6h.01M6 14h.01"/>`,
  plugins: svg`<path d="M8 3v4M12 3v4M5.5 7h9v3.5a4.5 4.5 0 0 1-9 0zM10 15v2.5"/>`,
  tenants: svg`<circle cx="7.5" cy="7" r="3"/><path d="M2.5 16.5c.4-3 2.4-4.5 5-4.5s4.6 1.5 5 4.500M13 4.300a3 3 0 0 1 0 5.400M15 12.600c1.5.7 2.3 2 2.5 3.9"/>`,
  search: svg`<circle cx="9" cy="9" r="5"/><path d="m13 13 4 4"/>`,
  plus: svg`<path d="M10 4v12M4 10h12"/>`,
  close: svg`<path d="m5 5 10 10M15 5 5 15"/>`,
  external: svg`<path d="M8 4H5.500A1.5 1.5 0 0 0 4 5.500v9A1.5 1.5 0 0 0 5.5 16h9a1.5 1.5 0 0 0 1.5-1.500V12M11.5 4H16v4.500M16 4l-7 7"/>`,
  keyboard: svg`<rect x="2" y="5" width="16" height="10" rx="2"/><path d="M5.5 8h.01M8.5 8h.01M11.5 8h.01M14.5 8h.01M7 12h6"/>`,
  leave: svg`<path d="M12 4H5.500A1.5 1.5 0 0 0 4 5.500v9A1.5 1.5 0 0 0 5.5 16H12M9 10h8M14 7l3 3-3 3"/>`,
  chevron: svg`<path d="m7.5 5 5 5-5 5"/>`,
  copy: svg`<rect x="7" y="7" width="9.5" height="9.5" rx="1.5"/><path d="M13 4.500A1 1 0 0 0 12 3.500H4.500a1 1 0 0 0-1 1V12a1 1 0 0 0 1 1"/>`,
  check: svg`<path d="m4.5 10.5 3.5 3.5 7.5-8"/>`,
  trash: svg`<path d="M3.5 5.500h13M8 5V3.500h4V5M5.5 5.500l.7 10a1 1 0 0 0 1 1h5.600a1 1 0 0 0 1-1l.7-10"/>`,
} as const;

export function icon(name: keyof typeof paths, size = 18): TemplateResult {
  return html`<svg width=${size} height=${size} viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.6"
    stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${paths[name]}</svg>`;
}
