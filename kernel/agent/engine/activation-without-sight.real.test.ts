import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { file, type Resource, service } from '@freehold/sdk';
import type { Report, Work } from '@freehold/sdk/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Lives } from '../testing/life.ts';
import { realTestMachine } from '../testing/real-test-machine.ts';
import type { TestMachine } from '../testing/test-machine.ts';

/** As nginx does it: root opens the socket, workers of another user serve it, and new ones take their place at SIGHUP. */
const PROGRAM = `
  use Socket; use POSIX;
  my ($path, $file) = @ARGV;
  unlink $path;
  socket(S, PF_UNIX, SOCK_STREAM, 0); bind(S, sockaddr_un($path)); listen(S, 50);
  $SIG{CHLD} = $SIG{PIPE} = 'IGNORE';
  my $isDue = 1;
  $SIG{HUP} = sub { $isDue = 1 };
  while (1) {
    if ($isDue) { $isDue = 0; fork or work() }
    select(undef, undef, undef, 0.01);
  }
  sub work {
    open(F, '<', $file); my $content = <F>;
    POSIX::setgid(65534); POSIX::setuid(65534);
    $SIG{QUIT} = sub { exit };
    while (1) { accept(C, S) or next; print C $content; close C }
  }
`;
/** All of it as one user who is not root. */
const UNPRIVILEGED = `
  use Socket;
  my ($path) = @ARGV;
  unlink $path;
  socket(S, PF_UNIX, SOCK_STREAM, 0); bind(S, sockaddr_un($path)); listen(S, 50);
  sleep 1 while 1;
`;

let machine: TestMachine;
let lives: Lives;

beforeEach(() => {
  machine = realTestMachine();
  lives = new Lives(machine.home);
});
afterEach(async () => {
  await live(lives.removal('role:web'));
  machine.dispose();
});

/** As root in a container that has no CAP_SYS_PTRACE. */
function live(work: Work): Promise<Report[]> {
  return lives.live([work], { under: ['setpriv', '--bounding-set', '-sys_ptrace', '--inh-caps', '-sys_ptrace'] });
}

function web(content: string): Resource[] {
  const [socket, config] = [`${machine.home}/node/run/web.sock`, `${machine.home}/node/config/web`];
  writeFileSync(`${machine.home}/web.pl`, PROGRAM);
  return [
    file({ path: config, content }),
    service({
      name: 'web',
      argv: ['perl', `${machine.home}/web.pl`, socket, config],
      reloadSignal: 'SIGHUP',
      drainSignal: 'SIGQUIT',
      reloadAfter: [config],
      listens: [`unix:${socket}`],
    }),
  ];
}

describe('an agent that may not look into the processes of other users', () => {
  it('starts and reloads a service whose workers are another user, and the new ones serve', async () => {
    expect(await live(lives.application('role:web', web('one')))).toMatchObject([{ outcome: { kind: 'inSync' } }]);
    expect(await live(lives.application('role:web', web('two')))).toMatchObject([
      { outcome: { kind: 'inSync' }, steps: expect.arrayContaining([expect.objectContaining({ action: 'reload' })]) },
    ]);
    const answers = await Promise.all(Array.from({ length: 20 }, ask));
    expect(new Set(answers)).toEqual(new Set(['two']));
  });

  it('starts a service that is another user altogether', async () => {
    const folder = mkdtempSync('/tmp/freehold-blind-');
    try {
      machine.hands.makeFolder(folder, 65_534, 0o755);
      const socket = `${folder}/web.sock`;
      const argv = ['perl', '-e', UNPRIVILEGED, socket];
      const resources = [service({ name: 'web', argv, user: 'nobody', listens: [`unix:${socket}`] })];
      expect(await live(lives.application('role:web', resources))).toMatchObject([{ outcome: { kind: 'inSync' } }]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

function ask(): Promise<string> {
  return text(connect(`${machine.home}/node/run/web.sock`));
}
