import { html, type TemplateResult } from 'lit';
import { icon } from '../elements/icons.ts';
import { messages } from '../messages.ts';
import type { Field } from './field.ts';
import { isObject, joinPointer } from './pointer.ts';
import { renderFault, renderHint, renderInput, renderRequired, renderValue } from './render-value.ts';
import type { FormView } from './schema-form.ts';

/** Several texts or numbers, one below the other. One that is required shows a line to begin with. */
export function renderList(form: FormView, field: Field, pointer: string): TemplateResult {
  const { item } = field;
  const given = asArray(form.get(pointer));
  const items = given.length === 0 && field.required ? [''] : given;
  if (!item) return html``;
  const title = item.title || field.title;
  // The list is set as a whole: the line that a required one begins with is not in it yet.
  const put = (changed: readonly unknown[]) => form.set(pointer, changed);
  return html`<fieldset class="field">
    <legend>${field.title} ${renderRequired(field)}</legend>
    <div class="items">
      ${items.map((value, index) => {
        const at = joinPointer(pointer, index);
        const line: FormView = {
          get: () => value,
          set: (_, wanted) => put(items.with(index, wanted ?? '')),
          fault: (pointer) => form.fault(pointer),
        };
        return html`<div class="item">
          ${renderInput(line, lineField(item, index === 0 ? field.example : undefined), at, messages.form.row(title, index + 1))}
          ${removeButton(messages.form.remove(title, index + 1), () => put(items.toSpliced(index, 1)), items.length === 1 && field.required)}
          ${renderFault(form, at)}
        </div>`;
      })}
    </div>
    ${addButton(field.title, () => put([...items, firstValue(item)]))}
    ${renderHint({ ...field, description: withStandard(field) }, pointer)} ${renderFault(form, pointer)}
  </fieldset>`;
}

/** An empty line stays until the form is sent. The first one shows what the list's example begins with. */
function lineField(item: Field, example: string | undefined): Field {
  return { ...item, required: true, ...(example && { example: example.split(', ')[0] ?? '' }) };
}

/** Several objects. */
export function renderTable(form: FormView, field: Field, pointer: string): TemplateResult {
  const rows = asArray(form.get(pointer));
  return html`<div class="items wide">
    ${rows.map((_, index) => {
      const at = joinPointer(pointer, index);
      return html`<fieldset class="group">
        <legend>${messages.form.row(field.title, index + 1)}</legend>
        <div class="fields">${field.item?.fields.map((one) => renderValue(form, one, joinPointer(at, one.name)))}</div>
        ${renderFault(form, at)}
        <button type="button" class="button danger start" @click=${() => form.set(at, undefined)}>${icon('trash', 16)}${messages.form.remove(field.title, index + 1)}</button>
      </fieldset>`;
    })}
    ${addButton(field.title, () => form.set(pointer, [...rows, {}]))}
    ${renderFault(form, pointer)}
  </div>`;
}

/** Names and values. A name is changed when its field is left: until then the order would jump. */
export function renderMap(form: FormView, field: Field, pointer: string): TemplateResult {
  const members = form.get(pointer);
  const entries = Object.entries(isObject(members) ? members : {});
  const put = (changed: readonly (readonly [string, unknown])[]) => form.set(pointer, Object.fromEntries(changed));
  return html`<div class="items wide">
    ${entries.map(([name, value], index) => {
      const at = joinPointer(pointer, name);
      const rename = ({ target }: Event) =>
        put(entries.map(([key, one]) => [key === name ? (target as HTMLInputElement).value : key, one]));
      const change = ({ target }: Event) => form.set(at, (target as HTMLInputElement).value);
      return html`<div class="item pair">
        <input .value=${name} @change=${rename} placeholder=${messages.form.mapName} aria-label=${messages.form.row(messages.form.mapName, index + 1)} autocomplete="off" spellcheck="false"
          aria-invalid=${form.fault(at) ? 'true' : 'false'} aria-describedby="${at}-fault" />
        <input id=${at} .value=${`${value}`} @input=${change} placeholder=${messages.form.mapValue} aria-label=${messages.form.row(messages.form.mapValue, index + 1)} autocomplete="off" spellcheck="false"
          aria-invalid=${form.fault(at) ? 'true' : 'false'} aria-describedby="${at}-fault" />
        ${removeButton(messages.form.remove(field.title, index + 1), () => form.set(at, undefined))}
        ${renderFault(form, at)}
      </div>`;
    })}
    ${addButton(field.title, () => put([...entries, ['', '']]))}
    ${renderFault(form, pointer)}
  </div>`;
}

function addButton(title: string, add: () => void): TemplateResult {
  return html`<button type="button" class="button add start" aria-label="${messages.form.add}: ${title}" @click=${add}>${icon('plus', 16)}${messages.form.add}</button>`;
}

function removeButton(label: string, remove: () => void, disabled = false): TemplateResult {
  return html`<button type="button" class="button quiet icon" aria-label=${label} title=${label} ?disabled=${disabled} @click=${remove}>${icon('close', 16)}</button>`;
}

function withStandard({ description, default: standard }: Field): string {
  return Array.isArray(standard) ? `${description} ${messages.form.standard(standard.join(', '))}.` : description;
}

function firstValue({ kind, options }: Field): unknown {
  return kind === 'choice' ? options[0] : '';
}

function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
