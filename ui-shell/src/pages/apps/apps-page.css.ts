import { css } from 'lit';

export const appsStyles = css`
  .tools {
    display: grid;
    grid-template-columns: minmax(12rem, 1fr) auto auto;
    gap: 0.5rem;
  }
  .search {
    position: relative;
  }
  .search svg {
    position: absolute;
    inset: 0 auto 0 0.625rem;
    margin: auto 0;
    color: var(--ink-soft);
    pointer-events: none;
  }
  .search input {
    padding-left: 2.125rem;
    padding-right: 2.25rem;
  }
  .search kbd {
    position: absolute;
    inset: 0 0.625rem 0 auto;
    height: max-content;
    margin: auto 0;
    pointer-events: none;
  }
  .search input:focus-visible + kbd {
    visibility: hidden;
  }
  .tools select {
    width: auto;
    max-width: 14rem;
  }
  .views {
    display: flex;
    gap: 1.25rem;
    border-bottom: 1px solid var(--line);
  }
  .views a {
    padding: 0.375rem 0;
    border-bottom: 2px solid transparent;
    margin-bottom: -1px;
    color: var(--ink-soft);
    font-weight: 500;
    text-decoration: none;
  }
  .views a:hover {
    color: var(--ink);
  }
  .views a[aria-current] {
    border-color: var(--accent);
    color: var(--ink);
  }
  .list {
    overflow: hidden;
  }
  .line {
    display: grid;
    grid-template-columns: 9rem minmax(10rem, 1.2fr) minmax(11rem, 1.6fr) minmax(6rem, 0.9fr) minmax(4rem, 0.5fr) 7.5rem;
    align-items: center;
    gap: 1rem;
    min-height: 3.75rem;
    padding: 0.5rem 1.25rem;
    border-top: 1px solid var(--line);
  }
  .columns {
    min-height: 2.25rem;
    border-top: 0;
    background: var(--sunken);
    color: var(--ink-soft);
    font-size: 0.8125rem;
  }
  li.line {
    position: relative;
  }
  li.line:hover {
    background: var(--hover);
  }
  .name {
    display: block;
    color: var(--ink);
    font-weight: 600;
    overflow-wrap: anywhere;
    text-decoration: none;
  }
  .name:hover {
    text-decoration: underline;
  }
  /* The whole line leads to the app; links in it lie above. */
  .name::after {
    content: '';
    position: absolute;
    inset: 0;
  }
  .name:focus-visible {
    outline: none;
  }
  .name:focus-visible::after {
    border-radius: 5px;
    outline: 2px solid var(--accent);
    outline-offset: -3px;
  }
  .hosts {
    display: grid;
    gap: 0.125rem;
    justify-items: start;
  }
  .hosts a {
    position: relative;
    overflow-wrap: anywhere;
  }
  .tenant,
  .node {
    font-size: 0.875rem;
  }
  .cell {
    min-width: 0;
    overflow-wrap: anywhere;
  }
  @media (max-width: 64rem) {
    .columns {
      display: none;
    }
    li.line:first-child {
      border-top: 0;
    }
    .line {
      grid-template-columns: minmax(0, 1fr) auto;
      gap: 0.375rem 1rem;
      padding: 0.875rem 1rem;
    }
    .line .state {
      grid-area: 1 / 2;
      justify-self: end;
    }
    .line .hosts {
      grid-column: 1 / -1;
    }
    .line .node,
    .line .changed {
      display: none;
    }
    .line .tenant {
      grid-column: 1 / -1;
      color: var(--ink-soft);
      font-size: 0.8125rem;
    }
  }
  @media (max-width: 40rem) {
    .tools {
      grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
    }
    .search {
      grid-column: 1 / -1;
    }
    .search kbd {
      display: none;
    }
    .tools select {
      width: 100%;
    }
  }
`;
