import { join } from 'node:path';
import type { Installation } from '../installation.ts';
import { startChild } from '../processes/child.ts';
import { endStrays } from '../processes/strays.ts';
import { endProcess, type Service } from '../processes/supervisor.ts';
import { childEnvironment } from './environment.ts';

/** The agent of this machine: root when the launcher is, and the only one who changes the machine. */
export function makeAgent({ home, program, node, stop, ports }: Installation): Service {
  const flags = ['--home', home.path, '--http-port', `${ports.http}`, '--https-port', `${ports.https}`];
  return {
    name: 'agent',
    title: 'agent',
    start: () =>
      startChild({
        name: 'agent',
        argv: [node, '--enable-source-maps', join(program, 'kernel/agent/main.ts'), ...flags, '--stop-services'],
        env: childEnvironment(home.agent),
        logFile: join(home.logs, 'agent.log'),
        patience: 60_000,
        signal: stop,
      }),
    // Its services outlive it, so that sites are served while it is started again.
    stopWithout: () => endStrays(home),
    async stop(running, hurry) {
      // It finishes or undoes the change in hand, then ends the services it supervises.
      await endProcess(running, { patience: 45_000, hurried: 5_000, hurry });
      if ((await running.exited).signal === 'SIGKILL') await endStrays(home);
    },
  };
}
