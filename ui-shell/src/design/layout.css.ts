import { css } from 'lit';

/** What pages are made of: heads, cards, facts, rows, tags, skeletons. */
export const layout = css`
  .page {
    display: grid;
    gap: 1.5rem;
    grid-template-columns: minmax(0, 1fr);
  }
  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0.75rem 1.5rem;
    min-height: 2.5rem;
  }
  .trail {
    display: flex;
    margin-bottom: 0.125rem;
    color: var(--ink-soft);
    font-size: 0.8125rem;
  }
  .trail a {
    color: inherit;
    text-decoration: none;
  }
  .trail a::after {
    content: '\\2002/';
    color: var(--line-strong);
  }
  .trail a:hover {
    color: var(--accent);
  }
  .card {
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--surface);
    box-shadow: var(--shadow);
  }
  .card > .body {
    display: grid;
    gap: 1rem;
    padding: 1.25rem;
  }
  .card > header {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0.5rem 1rem;
    padding: 0.875rem 1.25rem;
    border-bottom: 1px solid var(--line);
  }
  .stack {
    display: grid;
    gap: 1rem;
    grid-template-columns: minmax(0, 1fr);
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.5rem 0.75rem;
  }
  .push {
    margin-left: auto;
  }
  .facts {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(8.75rem, 100%), 1fr));
    gap: 1rem 1.5rem;
  }
  .facts .double {
    grid-column: span 2;
  }
  .facts dt {
    color: var(--ink-soft);
    font-size: 0.8125rem;
  }
  .facts dd {
    overflow-wrap: anywhere;
  }
  .tag {
    display: inline-block;
    padding: 0 0.4375rem;
    border: 1px solid var(--line);
    border-radius: 5px;
    background: var(--sunken);
    color: var(--ink-soft);
    font-size: 0.8125rem;
    line-height: 1.5;
  }
  .empty {
    display: grid;
    justify-items: center;
    gap: 0.75rem;
    padding: 3.5rem 1.5rem;
    text-align: center;
  }
  .empty p {
    max-width: 34rem;
    color: var(--ink-soft);
    text-wrap: balance;
  }
  .note {
    padding: 0.75rem 1rem;
    border: 1px solid color-mix(in srgb, var(--tone, var(--info)) 35%, var(--surface));
    border-radius: var(--radius-small);
    background: color-mix(in srgb, var(--tone, var(--info)) 7%, var(--surface));
    overflow-wrap: anywhere;
  }
  .note.warning {
    --tone: var(--warn);
  }
  .note.error {
    --tone: var(--bad);
  }
  .skeleton {
    border-radius: 5px;
    background: var(--line);
    color: transparent;
    animation: wait 1.6s ease-in-out infinite;
  }
  @keyframes wait {
    50% {
      opacity: 0.45;
    }
  }
  kbd {
    display: inline-block;
    min-width: 1.375rem;
    padding: 0 0.3125rem;
    border: 1px solid var(--line);
    border-bottom-width: 2px;
    border-radius: 5px;
    background: var(--surface);
    color: var(--ink-soft);
    font: 0.75rem / 1.4 var(--mono);
    text-align: center;
  }
`;
