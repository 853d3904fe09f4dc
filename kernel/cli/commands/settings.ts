import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { handle } from '../handle.ts';
import { say } from '../output/output.ts';
import { renderFields } from '../output/table.ts';
import { usageProblem } from '../problem.ts';
import { askSecret, canAsk, readStandardInput } from '../prompt.ts';
import { parseAssignment } from '../spec/assignment.ts';
import { parseJson } from '../spec/read-value.ts';

type Values = Readonly<Record<string, unknown>>;

export function addSettingCommands(program: Command): void {
  const settings = program.command('settings').alias('setting').description('what holds for the installation');
  settings.command('show').description('show the settings').action(handle(showSettings));
  settings
    .command('set')
    .description('change settings; null is the default again')
    .argument('[assignments...]', 'name="Example Hosting", mail.host=mail.example.org, auditRetention=null')
    .option('--mail-password', 'ask for the password of the mail server, or read it from standard input')
    .action(handle(changeSettings));
}

async function showSettings({ connect, output }: Context): Promise<void> {
  const settings = await (await connect()).get<Values>('/v1/settings');
  output.result(settings, () => renderFields(flatten(settings), output.colors));
}

async function changeSettings(
  context: Context,
  { mailPassword }: { mailPassword?: boolean },
  assignments: readonly string[],
): Promise<void> {
  if (assignments.length === 0 && !mailPassword) throw usageProblem('There is nothing to change.', 'Give key=value.');
  const client = await context.connect();
  const before = await client.get<Values>('/v1/settings');
  const change = assignments.reduce<Values>((all, one) => assign(all, one, before), {});
  const mail = mailPassword
    ? { mail: { ...(change.mail as Values | undefined), password: await readPassword(context) } }
    : {};
  const settings = await client.patch<Values>('/v1/settings', { ...change, ...mail });
  say(context.output, settings, 'The settings are changed.');
}

/** Never on the command line, where everybody on the machine could read it. */
function readPassword(context: Context): Promise<string> {
  return canAsk(context) ? askSecret(context, 'Password of the mail server: ') : readStandardInput();
}

function assign(all: Values, argument: string, before: Values): Values {
  const { segments, append, json, text } = parseAssignment(argument);
  const [key = '', member, ...deeper] = segments;
  if (deeper.length > 0) return assignDeep(all, argument, before);
  const place = (values: Values) =>
    member === undefined ? values[key] : (values[key] as Values | undefined)?.[member];
  const present = place(all) ?? place(before);
  const value = json ? parseJson(text) : readText(text, present);
  const whole = append ? [...(Array.isArray(present) ? present : []), value] : value;
  return { ...all, [key]: member === undefined ? whole : { ...(all[key] as Values | undefined), [member]: whole } };
}

/** `rateLimits.account.requests=100`: the group takes its members whole. */
function assignDeep(all: Values, argument: string, before: Values): Values {
  const { segments, json, text } = parseAssignment(argument);
  const [key = '', member = '', field = ''] = segments;
  const group = all[key] as Values | undefined;
  const present = (group?.[member] ?? (before[key] as Values | undefined)?.[member]) as Values | undefined;
  const value = json ? parseJson(text) : readText(text, present?.[field]);
  return { ...all, [key]: { ...group, [member]: { ...present, [field]: value } } };
}

/** A text stays one where there is one now; elsewhere `12`, `true` and `null` are what they look like. */
function readText(text: string, present: unknown): unknown {
  if (text === 'null') return null;
  return typeof present === 'string' ? text : (parseJson(text) ?? text);
}

function flatten(values: Values, above = ''): [string, string][] {
  return Object.entries(values).flatMap(([name, value]): [string, string][] => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return flatten(value as Values, `${above}${name}.`);
    return [[`${above}${name}`, typeof value === 'string' ? value : JSON.stringify(value)]];
  });
}
