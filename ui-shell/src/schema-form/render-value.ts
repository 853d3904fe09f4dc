import { html, nothing, type TemplateResult } from 'lit';
import { messages } from '../messages.ts';
import type { Field, FieldKind } from './field.ts';
import { joinPointer } from './pointer.ts';
import { renderList, renderMap, renderTable } from './render-several.ts';
import type { FormView } from './schema-form.ts';

type Render = (form: FormView, field: Field, pointer: string) => TemplateResult;

/** A field with its label, hint and fault. */
export function renderValue(form: FormView, field: Field, pointer: string): TemplateResult {
  return renderers[field.kind](form, field, pointer);
}

const renderers: Readonly<Record<FieldKind, Render>> = {
  text: labelled((form, field, pointer) => renderInput(form, field, pointer)),
  number: labelled((form, field, pointer) => renderInput(form, field, pointer)),
  choice: labelled(renderChoice),
  switch: (form, field, pointer) =>
    field.default === undefined
      ? labelled(renderChoice)(form, withYesAndNo(field), pointer)
      : renderSwitch(form, field, pointer),
  json: (form, field, pointer) => html`<div class="wide">${labelled(renderJson)(form, field, pointer)}</div>`,
  list: renderList,
  table: renderTable,
  map: renderMap,
  group: (form, field, pointer) =>
    html`<fieldset class="group wide">
      <legend>${field.title}</legend>
      ${field.description ? html`<p class="hint">${field.description}</p>` : nothing}
      <div class="fields">${field.fields.map((one) => renderValue(form, one, joinPointer(pointer, one.name)))}</div>
    </fieldset>`,
};

/** The input of one value without its label. */
export function renderInput(form: FormView, field: Field, pointer: string, label?: string): TemplateResult {
  if (field.kind === 'choice') return renderChoice(form, field, pointer, label);
  const isNumber = field.kind === 'number';
  const value = form.get(pointer);
  const set = ({ target }: Event) => {
    const { value: text } = target as HTMLInputElement;
    form.set(pointer, isNumber ? readNumber(text) : text === '' && !field.required ? undefined : text);
  };
  return html`<input
    id=${pointer} .value=${value === undefined || value === null ? '' : `${value}`} @input=${set} autocomplete="off" autocapitalize="off" spellcheck="false"
    inputmode=${isNumber ? (field.whole ? 'numeric' : 'decimal') : 'text'} placeholder=${placeholderOf(field)} ?required=${field.required}
    aria-label=${label ?? nothing} aria-invalid=${form.fault(pointer) ? 'true' : 'false'} aria-describedby="${pointer}-hint ${pointer}-fault"
  />`;
}

function labelled(render: (form: FormView, field: Field, pointer: string) => TemplateResult): Render {
  return (form, field, pointer) => html`<div class="field">
    <label for=${pointer}>${field.title} ${renderRequired(field)}</label>
    ${render(form, field, pointer)}
    ${renderHint(field, pointer)} ${renderFault(form, pointer)}
  </div>`;
}

export function renderHint(field: Field, pointer: string): TemplateResult {
  const words = [field.description, ...(field.kind === 'number' ? rangeOf(field) : [])].filter((text) => text !== '');
  return html`<p class="hint" id="${pointer}-hint" ?hidden=${words.length === 0}>${renderWords(words.join(' '))}</p>`;
}

export function renderRequired({ required }: Field): TemplateResult | typeof nothing {
  return required ? html`<span class="required">${messages.form.required}</span>` : nothing;
}

/** Descriptions set values in backticks. */
export function renderWords(text: string): (string | TemplateResult)[] {
  return text.split('`').map((part, index) => (index % 2 === 0 ? part : html`<code>${part}</code>`));
}

/** Always there, so that what is written into it is read out. */
export function renderFault(form: FormView, pointer: string): TemplateResult {
  const fault = form.fault(pointer);
  return html`<p class="fault" id="${pointer}-fault" ?hidden=${!fault}>${fault}</p>`;
}

function renderChoice(form: FormView, field: Field, pointer: string, label?: string): TemplateResult {
  const value = form.get(pointer);
  const chosen = field.options.indexOf(
    value === undefined ? (field.default ?? (field.required ? field.options[0] : undefined)) : value,
  );
  const set = ({ target }: Event) => form.set(pointer, field.options[Number((target as HTMLSelectElement).value)]);
  return html`<select id=${pointer} @change=${set} aria-label=${label ?? nothing} aria-invalid=${form.fault(pointer) ? 'true' : 'false'}
    aria-describedby="${pointer}-hint ${pointer}-fault">
    ${
      chosen < 0 || (!field.required && field.default === undefined)
        ? html`<option value="-1" ?selected=${chosen < 0}>${messages.form.notSet}</option>`
        : nothing
    }
    ${field.options.map((option, index) => html`<option value=${index} ?selected=${index === chosen}>${wordOf(option)}</option>`)}
  </select>`;
}

function renderSwitch(form: FormView, field: Field, pointer: string): TemplateResult {
  const set = ({ target }: Event) => form.set(pointer, (target as HTMLInputElement).checked);
  return html`<div class="field">
    <div class="check">
      <input type="checkbox" id=${pointer} .checked=${(form.get(pointer) ?? field.default) === true} @change=${set}
        aria-invalid=${form.fault(pointer) ? 'true' : 'false'} aria-describedby="${pointer}-hint ${pointer}-fault" />
      <div><label for=${pointer}>${field.title}</label>${renderHint(field, pointer)}</div>
    </div>
    ${renderFault(form, pointer)}
  </div>`;
}

/** What the form has no fields for is written as it is. */
function renderJson(form: FormView, field: Field, pointer: string): TemplateResult {
  const value = form.get(pointer);
  const set = ({ target }: Event) => {
    const area = target as HTMLTextAreaElement;
    try {
      form.set(pointer, area.value.trim() === '' ? undefined : JSON.parse(area.value));
      area.setCustomValidity('');
    } catch {
      area.setCustomValidity(messages.form.noJson);
    }
    area.reportValidity();
  };
  return html`<textarea id=${pointer} spellcheck="false" .value=${value === undefined ? '' : JSON.stringify(value, null, 2)} @change=${set}
    placeholder=${placeholderOf(field)} aria-invalid=${form.fault(pointer) ? 'true' : 'false'} aria-describedby="${pointer}-hint ${pointer}-fault"></textarea>`;
}

/** Whether an optional switch is on, off, or left to its owner's default. */
function withYesAndNo(field: Field): Field {
  return { ...field, kind: 'choice', options: [true, false] };
}

function placeholderOf({ default: standard, example }: Field): string {
  if (standard !== undefined && standard !== '' && typeof standard !== 'object')
    return messages.form.standard(`${standard}`);
  return example ? messages.form.example(example) : '';
}

function rangeOf({ minimum, maximum }: Field): string[] {
  return minimum === undefined && maximum === undefined ? [] : [messages.form.range(minimum, maximum)];
}

/** What is no number is sent as it was written: the server says what is wrong with it. */
function readNumber(text: string): unknown {
  if (text.trim() === '') return undefined;
  return Number.isNaN(Number(text)) ? text : Number(text);
}

function wordOf(option: unknown): string {
  if (typeof option === 'boolean') return option ? messages.yes : messages.no;
  return `${option}`;
}
