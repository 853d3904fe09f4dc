import { css } from 'lit';

/** Buttons and inputs. */
export const controls = css`
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.5rem;
    min-height: 2.25rem;
    padding: 0.375rem 0.875rem;
    border: 1px solid var(--line-strong);
    border-color: color-mix(in srgb, var(--line-strong) 55%, var(--surface));
    border-radius: var(--radius-small);
    background: var(--surface);
    color: var(--ink);
    font: inherit;
    font-weight: 500;
    line-height: 1.25;
    text-decoration: none;
    white-space: nowrap;
    cursor: pointer;
    transition: background-color 0.12s;
  }
  .button:hover {
    background: var(--hover);
  }
  .button.primary {
    font-weight: 600;
    border-color: transparent;
    background: var(--accent);
    color: var(--on-accent);
  }
  .button.primary:hover {
    background: var(--accent-hover);
  }
  .button.danger {
    color: var(--bad);
  }
  .button.danger.filled {
    border-color: transparent;
    background: var(--bad-fill);
    color: #fff;
  }
  .button.danger.filled:hover {
    background: var(--bad-fill-hover);
  }
  .button.quiet {
    border-color: transparent;
    background: none;
  }
  .button.quiet:hover {
    background: var(--hover);
  }
  .button.add {
    min-height: 1.875rem;
    padding: 0.1875rem 0.625rem 0.1875rem 0.375rem;
    border-color: transparent;
    background: none;
    color: var(--accent);
  }
  .button.add:hover {
    background: var(--hover);
  }
  .button.icon {
    min-width: 2.25rem;
    padding: 0.375rem;
  }
  .button:focus-visible {
    border-radius: var(--radius-small);
  }
  .button:disabled {
    opacity: 0.55;
    cursor: default;
  }
  .buttons {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
  }
  input,
  select,
  textarea {
    width: 100%;
    min-height: 2.25rem;
    padding: 0.375rem 0.625rem;
    border: 1px solid var(--line-strong);
    border-radius: var(--radius-small);
    background: var(--surface);
    color: var(--ink);
    font: inherit;
    line-height: 1.4;
  }
  input:focus-visible,
  select:focus-visible,
  textarea:focus-visible {
    border-radius: var(--radius-small);
    outline-offset: 0;
    border-color: transparent;
  }
  input[type='checkbox'] {
    width: 1.125rem;
    min-height: 0;
    height: 1.125rem;
    margin: 0.1875rem 0 0;
    flex: none;
    accent-color: var(--accent);
  }
  input::placeholder,
  textarea::placeholder {
    color: var(--ink-soft);
    opacity: 0.9;
  }
  [aria-invalid='true'] {
    border-color: var(--bad);
  }
  label,
  legend,
  .label {
    font-weight: 500;
  }
  .hint {
    color: var(--ink-soft);
    font-size: 0.8125rem;
  }
  .fault {
    color: var(--bad);
    font-size: 0.8125rem;
    font-weight: 520;
  }
  .field {
    display: grid;
    gap: 0.25rem;
    align-content: start;
  }
  .field > legend {
    margin-bottom: 0.25rem;
  }
  .check {
    display: flex;
    gap: 0.625rem;
  }
  @media (pointer: coarse) {
    .button,
    input:not([type='checkbox']),
    select {
      min-height: 2.75rem;
    }
    input,
    select,
    textarea {
      font-size: 1rem;
    }
  }
`;
