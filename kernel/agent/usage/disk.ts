import type { OwnerKey } from '@freehold/sdk/protocol';
import type { Workshop } from '../engine/workshop.ts';
import type { DiskUse } from '../system/system.ts';

/** What an owner has on disk: its own folder, its datasets elsewhere, and what is in the trash. */
export async function measureDisk(owner: OwnerKey, { system, store, paths }: Workshop): Promise<DiskUse> {
  const home = `${paths.sites}/${owner.slice('app:'.length)}`;
  const folders = store.inventory.ofOwner(owner).flatMap(({ resource }) => {
    return resource.type === 'dataset' && resource.spec.files ? [resource.spec.files.path] : [];
  });
  const trashed = store.trash.ofOwner(owner).map(({ path }) => path);
  let [bytes, inodes] = [0, 0];
  for (const path of outermost([home, ...folders, ...trashed])) {
    const found = await system.files.measure(path);
    bytes += found.bytes;
    inodes += found.inodes;
  }
  return { bytes, inodes };
}

/** Without those that stand in one of the others. */
function outermost(paths: readonly string[]): string[] {
  return [...new Set(paths)].filter((path) => !paths.some((other) => path.startsWith(`${other}/`)));
}
