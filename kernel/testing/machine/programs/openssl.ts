import type { Disk } from '../disk.ts';
import type { Script } from '../simulated-commands.ts';

/** openssl(1), as far as that it writes the files it is told to write. What is in them is no key and no certificate. */
export const openssl =
  (disk: Disk): Script =>
  ({ argv }) => {
    for (const [index, argument] of argv.entries())
      if (argument === '-out' || argument === '-keyout')
        disk.writeFile(String(argv[index + 1]), `simulated ${argument.slice(1)} of ${argv[1]}\n`, { mode: 0o600 });
    return undefined;
  };
