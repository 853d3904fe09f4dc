import { renderDuration } from '../cli/output/measure.ts';
import type { Output } from '../cli/output/output.ts';
import { type ExitCode, exitCodes, ProblemError } from '../cli/problem.ts';
import { ensureHome } from './ensure-home.ts';
import { defaultHomePath, type Home, type ReadyFile } from './home.ts';
import { readJsonFile } from './json-file.ts';
import { Launcher, type Started } from './launcher.ts';
import { takeLock } from './lock.ts';
import type { Settings } from './settings.ts';
import { Steps } from './steps.ts';
import { catchStopSignals } from './stop-signals.ts';

/** Starts an installation and stays until it is told to stop. */
export async function start(settings: Settings, output: Output): Promise<ExitCode> {
  // What children make shall have the modes they ask for, whatever the shell's umask is.
  process.umask(0o022);
  const signals = catchStopSignals((again) =>
    output.note(again ? 'Hurrying.' : '\nStopping: agent, server, database. Ctrl-C again to hurry.'),
  );
  const steps = new Steps(output, signals.stop);
  await ensureHome(settings.home);
  const lock = takeLock(settings.home);
  if (!lock) throw await alreadyRunning(settings.home);
  const launcher = new Launcher(settings, steps, signals);
  let wasReady = false;
  try {
    const started = await launcher.bringUp();
    announce(started, { settings, output, steps });
    wasReady = true;
    await untilAborted(signals.stop);
  } catch (error) {
    if (!signals.stop.aborted) throw error;
  } finally {
    await launcher.takeDown();
    lock.release();
  }
  steps.say('Stopped.', { stopped: true });
  return wasReady ? exitCodes.ok : exitCodes.interrupted;
}

function announce(
  { api, firstStart, admin, demo, serves }: Started,
  { settings: { home }, output, steps }: { settings: Settings; output: Output; steps: Steps },
): void {
  if (output.json) {
    output.item(
      {
        ready: true,
        api,
        home: home.path,
        firstStart,
        serves,
        ...(demo ? { demo } : {}),
        milliseconds: steps.milliseconds,
      },
      () => '',
    );
    return;
  }
  const { bold, dim } = output.errorColors;
  const login = admin
    ? `${admin.email}  ${firstStart ? `password ${bold(admin.password)}  ` : ''}${dim(home.initialAdmin)}`
    : '';
  const lines = [
    `\n${bold('Freehold is ready')} after ${renderDuration(steps.milliseconds)}.\n`,
    `  API and panel   ${bold(api)}`,
    ...(login ? [`  Administrator   ${login}`] : []),
    ...(demo ? [`  Demo website    ${bold(demo.url)}`] : []),
    `  Data            ${home.path}`,
    dim(`\n  Ctrl-C stops it. In another terminal: npx freehold ${flagFor(home)}app list`),
  ];
  output.note(lines.join('\n'));
}

/** Another terminal knows of no other data folder than the usual one. */
function flagFor({ path }: Home): string {
  return path === defaultHomePath() ? '' : `--home ${path} `;
}

async function alreadyRunning(home: Home): Promise<ProblemError> {
  const ready = await readJsonFile<ReadyFile>(home.ready);
  return new ProblemError(
    {
      code: 'already-running',
      title: 'Already running',
      detail: ready
        ? `The installation in ${home.path} runs already: ${ready.api}, process ${ready.pid}.`
        : `The installation in ${home.path} is being started or stopped by another process.`,
      remedy: ready
        ? `Stop it with Ctrl-C in its terminal or kill ${ready.pid}, or start another with --home, --port, --http-port and --https-port.`
        : 'Wait a moment and look again.',
    },
    exitCodes.conflict,
  );
}

function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  // Nothing else need keep this process alive: the database may be somebody else's.
  const alive = setInterval(() => {}, 1 << 30);
  return new Promise((resolve) =>
    signal.addEventListener('abort', () => {
      clearInterval(alive);
      resolve();
    }),
  );
}
