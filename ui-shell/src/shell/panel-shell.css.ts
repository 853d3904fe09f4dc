import { css } from 'lit';

export const shellStyles = css`
  :host {
    display: grid;
    grid-template-columns: 14rem minmax(0, 1fr);
    min-height: 100dvh;
  }
  :host([alone]) {
    grid-template-columns: minmax(0, 1fr);
  }
  .skip {
    border: 0;
    font: inherit;
    position: fixed;
    z-index: 10;
    inset: 0.5rem auto auto 0.5rem;
    padding: 0.5rem 0.875rem;
    border-radius: var(--radius-small);
    background: var(--accent);
    color: var(--on-accent);
    translate: 0 -200%;
  }
  .skip:focus-visible {
    translate: none;
  }
  aside {
    position: sticky;
    top: 0;
    display: flex;
    flex-direction: column;
    gap: 1.5rem;
    height: 100dvh;
    padding: 1.25rem 0.75rem 0.75rem;
    border-right: 1px solid var(--line);
  }
  .brand {
    display: flex;
    align-items: center;
    gap: 0.625rem;
    padding: 0 0.5rem;
    color: var(--ink);
    font-weight: 660;
    letter-spacing: -0.015em;
    text-decoration: none;
  }
  .brand img {
    width: 1.625rem;
    height: 1.625rem;
  }
  nav ul {
    display: grid;
    gap: 0.125rem;
  }
  nav a {
    display: flex;
    align-items: center;
    gap: 0.625rem;
    min-height: 2.125rem;
    padding: 0.25rem 0.625rem;
    border-radius: var(--radius-small);
    color: var(--ink-soft);
    font-weight: 500;
    text-decoration: none;
  }
  nav a:hover {
    background: var(--hover);
    color: var(--ink);
  }
  nav a[aria-current] {
    background: color-mix(in srgb, var(--accent) 11%, var(--ground));
    color: var(--accent);
  }
  .account {
    display: grid;
    gap: 0.25rem;
    margin-top: auto;
  }
  .account .button {
    justify-content: start;
    width: 100%;
    min-height: 2rem;
    padding: 0.25rem 0.625rem;
    color: var(--ink-soft);
    font-weight: 500;
  }
  .email {
    padding: 0 0.625rem;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .scheme {
    display: flex;
    align-items: center;
    gap: 0.5rem;
    padding: 0 0.625rem 0.25rem;
    color: var(--ink-soft);
    font-size: 0.8125rem;
  }
  .scheme label {
    font-weight: 400;
  }
  .scheme select {
    width: auto;
    min-height: 1.75rem;
    margin-left: auto;
    padding: 0.125rem 0.25rem;
    font-size: 0.8125rem;
  }
  main {
    width: 100%;
    max-width: 74rem;
    margin: 0 auto;
    padding: 2rem 2.5rem 4rem;
  }
  main:focus {
    outline: none;
  }
  .offline {
    position: fixed;
    z-index: 5;
    inset: auto 1rem 1rem auto;
    max-width: min(24rem, calc(100vw - 2rem));
    padding: 0.625rem 1rem;
    border: 1px solid color-mix(in srgb, var(--warn) 45%, var(--surface));
    border-radius: var(--radius-small);
    background: var(--surface);
    color: var(--warn);
    box-shadow: var(--shadow-high);
  }
  menu {
    display: none;
  }
  @media (max-width: 48rem) {
    :host {
      display: block;
      padding-bottom: 4.25rem;
    }
    aside {
      position: static;
      flex-direction: row;
      align-items: center;
      height: auto;
      padding: 0.625rem 1rem;
      border-right: 0;
    }
    nav {
      position: fixed;
      z-index: 4;
      inset: auto 0 0;
      padding: 0.25rem max(0.5rem, env(safe-area-inset-left)) max(0.25rem, env(safe-area-inset-bottom));
      border-top: 1px solid var(--line);
      background: var(--surface);
    }
    nav ul {
      grid-auto-flow: column;
      grid-auto-columns: 1fr;
    }
    nav a {
      flex-direction: column;
      justify-content: center;
      gap: 0.0625rem;
      min-height: 3.25rem;
      padding: 0.25rem;
      font-size: 0.75rem;
    }
    nav a[aria-current] {
      background: none;
    }
    .account {
      grid-auto-flow: column;
      gap: 0;
      margin: 0 -0.5rem 0 auto;
    }
    .account .keys {
      display: none;
    }
    .email,
    .scheme label,
    .account .button span {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }
    .scheme {
      padding: 0;
    }
    main {
      padding: 0.75rem 1rem 3rem;
    }
    .offline {
      inset: auto 1rem 5rem;
    }
  }
`;
