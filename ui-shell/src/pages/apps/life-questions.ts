import { html, nothing } from 'lit';
import type { App, AppAction, Release } from '../../../../kernel/cli/api-types.ts';
import { type ApiProblem, faultsBelow, toProblem } from '../../api/problem.ts';
import type { Question } from '../../elements/confirm-dialog.ts';
import { messages } from '../../messages.ts';
import { completeDraft } from '../../schema-form/draft.ts';
import { listFields } from '../../schema-form/field.ts';
import { api, router } from '../../shell/services.ts';
import '../../schema-form/schema-form.ts';

type BegunCallback = (app?: App) => void;

const words = messages.app;

/** What is asked before something is done with an app: in words that name what happens. */

export function askToSuspend(app: App, begun: BegunCallback): Question {
  let note = '';
  const { title, text, confirm } = words.suspend;
  return {
    title: title(app.name),
    confirm,
    body: () => html`<p>${text}</p>
      <div class="field"><label for="note">${words.suspend.note} <span class="hint">${messages.form.optional}</span></label>
        <input id="note" maxlength="500" autocomplete="off" aria-describedby="note-hint" @input=${({
          target,
        }: Event) => {
          note = (target as HTMLInputElement).value;
        }} /><p class="hint" id="note-hint">${words.suspend.noteHint}</p></div>`,
    act: async () =>
      begun(await api.suspendApp(app.id, { reason: 'operator', ...(note.trim() && { note: note.trim() }) })),
  };
}

export function askToRemove(app: App, begun: BegunCallback): Question {
  const { title, text, trash, confirm } = words.remove;
  return {
    title: title(app.name),
    confirm,
    danger: true,
    body: () => html`<p>${text}</p><p>${trash}</p>`,
    act: async () => begun(await api.removeApp(app.id)),
  };
}

export function askToPurge(app: App, begun: BegunCallback): Question {
  let typed = '';
  const { title, text, type, confirm } = words.purge;
  return {
    title: title(app.name),
    confirm,
    danger: true,
    ready: () => typed.trim() === app.name,
    body: () => html`<p>${text}</p>
      <div class="field"><label for="typed">${type(app.name)}</label>
        <input id="typed" autocomplete="off" autocapitalize="off" spellcheck="false" @input=${({ target }: Event) => {
          typed = (target as HTMLInputElement).value;
        }} /></div>`,
    act: async () => {
      begun(await api.purgeApp(app.id));
      router.go('/apps?view=trash');
    },
  };
}

export function askForAction(
  app: App,
  { id, title, description, warning, input }: AppAction,
  begun: BegunCallback,
): Question {
  let draft: unknown = {};
  let problem: ApiProblem | undefined;
  const fields = input ? listFields(input) : [];
  return {
    title: `${title}: ${app.name}`,
    confirm: words.actionStart,
    shown: [''],
    body: () => html`
      ${description ? html`<p>${description}</p>` : nothing}
      ${warning ? html`<p class="note warning">${warning}</p>` : nothing}
      ${
        fields.length > 0
          ? html`<fh-schema-form unfolded .schema=${input} .draft=${draft} .faults=${faultsBelow(problem, '')} @draft=${({
              detail,
            }: CustomEvent) => {
              draft = detail;
            }}></fh-schema-form>`
          : nothing
      }`,
    act: async () => {
      try {
        await api.startAction(app.id, id, completeDraft(fields, draft));
      } catch (error) {
        problem = toProblem(error);
        throw error;
      }
      begun();
    },
  };
}

export function askToRollBack(app: App, { number }: Release, begun: BegunCallback): Question {
  const { rollBack, rollBackTitle, rollBackText } = messages.releases;
  return {
    title: rollBackTitle(number),
    confirm: rollBack,
    body: () => html`<p>${rollBackText}</p>`,
    act: async () => {
      await api.startAction(app.id, 'rollback', { release: number });
      begun();
    },
  };
}
