import { css } from 'lit';

/** In every element: text, links, focus, headings. */
export const base = css`
  :host {
    display: block;
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  *,
  ::before,
  ::after {
    box-sizing: border-box;
  }
  h1,
  h2,
  h3,
  p,
  ul,
  ol,
  dl,
  dd,
  pre,
  figure,
  fieldset {
    margin: 0;
    padding: 0;
  }
  ul,
  ol {
    list-style: none;
  }
  fieldset {
    min-width: 0;
    border: 0;
  }
  legend {
    padding: 0;
  }
  h1 {
    font-size: 1.5rem;
    font-weight: 640;
    letter-spacing: -0.02em;
    line-height: 1.25;
    overflow-wrap: anywhere;
  }
  h1:focus {
    outline: none;
  }
  h2 {
    font-size: 1rem;
    font-weight: 620;
    letter-spacing: -0.005em;
  }
  h3 {
    font-size: 0.9375rem;
    font-weight: 600;
  }
  a {
    color: var(--accent);
    text-decoration: underline;
    text-decoration-color: color-mix(in srgb, currentcolor 35%, transparent);
    text-underline-offset: 0.2em;
  }
  a:hover {
    text-decoration-color: currentcolor;
  }
  :focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
    border-radius: 3px;
  }
  code,
  pre,
  .mono {
    font-family: var(--mono);
    font-size: 0.875em;
  }
  .soft {
    color: var(--ink-soft);
  }
  .small {
    font-size: 0.8125rem;
  }
  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  svg {
    display: block;
    flex: none;
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    ::before,
    ::after {
      animation-duration: 0.01ms !important;
      animation-iteration-count: 1 !important;
      transition-duration: 0.01ms !important;
    }
  }
`;
