import type { Files } from '../system/system.ts';

/** Everything below a folder, one line for each path. */
export async function treeOf(
  folder: string,
  files: Files,
  without: readonly string[] = [],
): Promise<Record<string, string>> {
  const tree: Record<string, string> = {};
  await add('');
  return tree;

  async function add(relative: string): Promise<void> {
    if (without.includes(relative)) return;
    const path = relative ? `${folder}/${relative}` : folder;
    const entry = await files.find(path);
    if (!entry) return;
    const facts = `${entry.mode.toString(8)} ${entry.uid}:${entry.gid}`;
    if (entry.kind === 'file') tree[relative] = `file ${facts} ${await files.hash(path)}`;
    else tree[relative] = entry.kind === 'link' ? `link ${await files.readLink(path)}` : `${entry.kind} ${facts}`;
    if (entry.kind !== 'directory') return;
    for (const name of await files.list(path)) await add(relative ? `${relative}/${name}` : name);
  }
}
