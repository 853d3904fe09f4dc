import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  lchownSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { linuxSystem } from '../system/linux-system.ts';
import type { TestMachine } from './test-machine.ts';

/** This machine, with a data folder of its own. Needs root. */
export function realTestMachine(): TestMachine {
  const home = mkdtempSync(join(tmpdir(), 'freehold-contract-'));
  const paths = { sites: `${home}/node/sites`, logs: `${home}/node/logs` };
  for (const folder of ['node/sites', 'node/config', 'node/run', 'node/logs', 'node/state', 'agent/trash'])
    mkdirSync(`${home}/${folder}`, { recursive: true });
  const own = (path: string, uid: number) => chownSync(path, uid, uid);
  return {
    home,
    connect: (store) =>
      linuxSystem({ home, ...paths, records: store.services, runtime: true, timerFailed: () => undefined }),
    hands: {
      makeFolder(path, uid, mode) {
        mkdirSync(path, { recursive: true });
        own(path, uid);
        chmodSync(path, mode);
      },
      makeFile(path, content, uid) {
        mkdirSync(join(path, '..'), { recursive: true });
        rmSync(path, { force: true });
        writeFileSync(path, content);
        own(path, uid);
      },
      makeLink(path, target, uid) {
        mkdirSync(join(path, '..'), { recursive: true });
        symlinkSync(target, path);
        lchownSync(path, uid, uid);
      },
      makeHardLink: (existing, path) => linkSync(existing, path),
      makePipe: (path) => void execFileSync('mkfifo', [path]),
      readFile: (path) => readFileSync(path, 'utf8'),
    },
    dispose() {
      rmSync(home, { recursive: true });
    },
  };
}
