import { spawn } from 'node:child_process';
import type { Outcome, Step } from './step.ts';

/** Runs a step in the root of the repository, with the tools that are installed there. */
export async function runStep(step: Step, root: string): Promise<Outcome> {
  const start = performance.now();
  const { code, output } = await runProgram(step, root);
  const outcome = { step, passed: code === 0, seconds: (performance.now() - start) / 1000 };
  if (!outcome.passed && !step.live) process.stderr.write(`\n── ${step.name} ──\n${output}\n`);
  return outcome;
}

function runProgram({ command, live = false }: Step, root: string): Promise<{ code: number; output: string }> {
  const [program = '', ...args] = command;
  const env = { ...process.env, PATH: `${root}/node_modules/.bin:${process.env.PATH}`, ...(live ? {} : COLOURS) };
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: root,
      env,
      stdio: ['ignore', live ? 'inherit' : 'pipe', live ? 'inherit' : 'pipe'],
    });
    let output = '';
    const record = (data: Buffer) => {
      output += data.toString();
    };
    child.stdout?.on('data', record);
    child.stderr?.on('data', record);
    child.on('error', (error) => resolve({ code: 1, output: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** Output that is kept is shown on the same terminal later. */
const COLOURS = process.stderr.isTTY ? { FORCE_COLOR: '1' } : {};
