import { SimulatedMachine } from '../../testing/machine/index.ts';
import type { TestMachine } from './test-machine.ts';

export function simulatedTestMachine(): TestMachine {
  const machine = new SimulatedMachine().script('false', () => ({ code: 1 }));
  const { disk, home } = machine;
  return {
    home,
    connect: () => machine.connect().system,
    hands: {
      makeFolder: (path, uid, mode) => disk.makeFolder(path, { uid, gid: uid, mode }),
      makeFile: (path, content, uid) => disk.writeFile(path, content, { uid, gid: uid }),
      makeLink: (path, target, uid) => disk.makeLink(path, target, uid),
      makeHardLink: (existing, path) => disk.makeHardLink(existing, path),
      makePipe: (path) => disk.makePipe(path),
      readFile: (path) => disk.readFile(path),
    },
    dispose: () => undefined,
  };
}
