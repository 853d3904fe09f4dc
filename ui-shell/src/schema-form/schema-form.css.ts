import { css } from 'lit';

export const formStyles = css`
  :host {
    display: grid;
    gap: 1.25rem;
    grid-template-columns: minmax(0, 1fr);
  }
  .fields {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(17rem, 100%), 1fr));
    gap: 1.25rem 1.5rem;
  }
  .wide {
    grid-column: 1 / -1;
  }
  .sections {
    display: grid;
    border: 1px solid var(--line);
    border-radius: var(--radius-small);
    background: var(--surface);
  }
  details + details {
    border-top: 1px solid var(--line);
  }
  summary {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.25rem 0.625rem;
    padding: 0.625rem 0.875rem;
    border-radius: var(--radius-small);
    cursor: pointer;
    list-style: none;
    font-weight: 500;
  }
  summary::-webkit-details-marker {
    display: none;
  }
  summary svg {
    color: var(--ink-soft);
    transition: rotate 0.15s;
  }
  details[open] > summary svg {
    rotate: 90deg;
  }
  summary:hover {
    background: var(--hover);
  }
  .inside {
    display: grid;
    gap: 1.25rem;
    padding: 0.5rem 0.875rem 1.125rem;
    grid-template-columns: minmax(0, 1fr);
  }
  .group {
    display: grid;
    gap: 1rem;
    padding: 0.875rem;
    border: 1px solid var(--line);
    border-radius: var(--radius-small);
  }
  .group > legend,
  .group > .label {
    padding: 0 0.25rem;
  }
  .items {
    display: grid;
    gap: 0.5rem;
  }
  .item {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    gap: 0.375rem;
  }
  .pair {
    grid-template-columns: minmax(0, 1fr) minmax(0, 1.5fr) auto;
  }
  .item .fault {
    grid-column: 1 / -1;
  }
  .start {
    justify-self: start;
  }
  .required {
    color: var(--ink-soft);
    font-size: 0.8125rem;
    font-weight: 400;
  }
  textarea {
    min-height: 7rem;
    font-family: var(--mono);
    font-size: 0.8125rem;
  }
`;
