/** What keys do. A sequence of two, `g a`, is typed one after the other. */
export type Shortcuts = Readonly<Record<string, () => void>>;

const STORAGE = 'freehold.shortcuts';
const SEQUENCE = 1_200;

/** Single keys can be turned off: speech input types them by mistake (WCAG 2.1.4). */
export function shortcutsEnabled(): boolean {
  return localStorage.getItem(STORAGE) !== 'off';
}

export function enableShortcuts(enabled: boolean): void {
  if (enabled) localStorage.removeItem(STORAGE);
  else localStorage.setItem(STORAGE, 'off');
}

/** Listens for keys until it is told to stop. Keys that are typed into a field are the field's. */
export function listenForShortcuts(shortcuts: Shortcuts): () => void {
  let [before, at] = ['', 0];
  const listen = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
    if (!shortcutsEnabled()) return;
    const sequence = event.timeStamp - at < SEQUENCE ? `${before} ${event.key}` : event.key;
    const act = shortcuts[sequence] ?? shortcuts[event.key];
    [before, at] = [event.key, event.timeStamp];
    if (!act) return;
    event.preventDefault();
    before = '';
    act();
  };
  document.addEventListener('keydown', listen);
  return () => document.removeEventListener('keydown', listen);
}

function isTyping(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest('dialog[open]')) return true;
  return (
    target.matches('textarea, select, [contenteditable]') ||
    (target instanceof HTMLInputElement && target.type !== 'checkbox')
  );
}
