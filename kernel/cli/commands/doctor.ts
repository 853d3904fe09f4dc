import { examine } from '../../launcher/doctor/doctor.ts';
import type { Finding } from '../../launcher/doctor/finding.ts';
import { readSettings, type SettingFlags } from '../../launcher/settings.ts';
import type { Context } from '../context.ts';
import type { Output } from '../output/output.ts';
import { renderProse } from '../output/table.ts';
import { type ExitCode, exitCodes } from '../problem.ts';

export async function doctorCommand({ output }: Context, flags: SettingFlags): Promise<ExitCode> {
  const settings = readSettings(flags, process.env);
  const checks = await examine(settings);
  const healthy = checks.every(({ state }) => state !== 'failed');
  output.result({ healthy, checks }, () => renderFindings(checks, output));
  return healthy ? exitCodes.ok : exitCodes.failed;
}

function renderFindings(findings: readonly Finding[], output: Output): string {
  const { colors } = output;
  const marks = { ok: colors.green('✓'), failed: colors.red('✗'), skipped: colors.dim('–') };
  const rows = findings.flatMap(({ title, state, detail, remedy }) => [
    [`${marks[state]} ${title}`, state === 'skipped' ? colors.dim(detail) : detail],
    ...(remedy ? [['', colors.bold(`→ ${remedy}`)]] : []),
  ]);
  const failed = findings.filter(({ state }) => state === 'failed').length;
  const verdict =
    failed === 0
      ? 'Everything needed is there.'
      : `${failed} ${failed === 1 ? 'thing stands' : 'things stand'} in the way.`;
  return `${renderProse(['', ''], rows, output).split('\n').slice(1).join('\n')}\n\n${verdict}`;
}
