import type { Session as Who } from '../../../kernel/cli/api-types.ts';
import { api, session } from './services.ts';

let asked: { key: string; answer: Promise<Who> } | undefined;

/** Who is signed in and as what; asked once per session. */
export function loadWho(): Promise<Who> {
  const key = session.value?.key ?? '';
  if (asked?.key !== key) asked = { key, answer: api.loadWho() };
  const { answer } = asked;
  answer.catch(() => {
    asked = undefined;
  });
  return answer;
}

/** Nodes and plugins are for those who run the installation. */
export function runsInstallation({ roles }: Who): boolean {
  return roles.some(({ role }) => role === 'super_admin');
}
