import { writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { text } from 'node:stream/consumers';
import { file, type Resource, service } from '@freehold/sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EngineBench } from '../testing/bench.ts';
import { realTestMachine } from '../testing/real-test-machine.ts';
import type { TestMachine } from '../testing/test-machine.ts';

/**
 * As nginx does it: the main process opens the socket, a worker serves it with the content of a file, and after SIGHUP a new worker
 * serves beside the former one, which ends at SIGQUIT. In Perl, which does not accept connections in the main process by itself.
 */
const PROGRAM = `
  use Socket;
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
    $SIG{QUIT} = sub { exit };
    while (1) { accept(C, S) or next; print C $content; close C }
  }
`;

let machine: TestMachine;
let bench: EngineBench;
let stranger: Server | undefined;

beforeEach(() => {
  machine = realTestMachine();
  bench = new EngineBench(
    { home: machine.home, system: (store) => machine.connect(store) },
    { settings: { drift: 'keep' } },
  );
  writeFileSync(`${machine.home}/web.pl`, PROGRAM);
});
afterEach(async () => {
  await bench.remove('role:web');
  await new Promise((resolve) => (stranger ? stranger.close(resolve) : resolve(undefined)));
  stranger = undefined;
  machine.dispose();
});

function web(content: string, more: Partial<Parameters<typeof service>[0]> = {}): Resource[] {
  const [socket, config] = [`${machine.home}/node/run/web.sock`, `${machine.home}/node/config/web`];
  const argv = ['perl', `${machine.home}/web.pl`, socket, config];
  return [
    file({ path: config, content }),
    service({
      name: 'web',
      argv,
      reloadSignal: 'SIGHUP',
      drainSignal: 'SIGQUIT',
      reloadAfter: [config],
      listens: [`unix:${socket}`],
      ...more,
    }),
  ];
}

function ask(): Promise<string> {
  return text(connect(`${machine.home}/node/run/web.sock`));
}

describe('a service', () => {
  it('whose former processes go on serving is asked to end them, and serves the new configuration only', async () => {
    expect((await bench.apply('role:web', web('one'))).outcome).toEqual({ kind: 'inSync' });
    expect(await ask()).toBe('one');
    expect((await bench.apply('role:web', web('two'))).outcome).toEqual({ kind: 'inSync' });
    const answers = await Promise.all(Array.from({ length: 20 }, ask));
    expect(new Set(answers)).toEqual(new Set(['two']));
  });

  it('does not count as started because a stranger has its port', async () => {
    stranger = createServer((peer) => peer.end()).listen(0, '127.0.0.1');
    await new Promise((resolve) => stranger?.once('listening', resolve));
    const { port } = stranger.address() as { port: number };
    const program = `use IO::Socket::INET; IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1:${port}") or die $@; sleep 100`;
    const argv = ['perl', '-e', `select(undef, undef, undef, 0.3); ${program}`];
    const report = await bench.apply('role:web', web('one', { argv, listens: [`tcp:127.0.0.1:${port}`] }));
    expect(report.outcome).toMatchObject({
      kind: 'failed',
      reason: 'ServiceFailed',
      message: expect.stringContaining('Address already in use'),
    });
  });
});
