export type Scheme = 'system' | 'light' | 'dark';

const STORAGE = 'freehold.scheme';

export function currentScheme(): Scheme {
  const stored = localStorage.getItem(STORAGE);
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

/** Every colour is a `light-dark()`, so the one attribute changes all. */
export function applyScheme(scheme: Scheme = currentScheme()): void {
  if (scheme === 'system') {
    localStorage.removeItem(STORAGE);
    delete document.documentElement.dataset.scheme;
  } else {
    localStorage.setItem(STORAGE, scheme);
    document.documentElement.dataset.scheme = scheme;
  }
}
