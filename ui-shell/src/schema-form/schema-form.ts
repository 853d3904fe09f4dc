import { html, nothing, type TemplateResult } from 'lit';
import type { JsonSchema } from '../../../kernel/cli/api-types.ts';
import { icon } from '../elements/icons.ts';
import { PanelElement } from '../elements/panel-element.ts';
import { messages } from '../messages.ts';
import { countGiven } from './draft.ts';
import { type Field, listFields } from './field.ts';
import { getAt, joinPointer, setAt } from './pointer.ts';
import { renderValue, renderWords } from './render-value.ts';
import { formStyles } from './schema-form.css.ts';

/** What the functions that render fields know of the form. */
export interface FormView {
  get(pointer: string): unknown;
  set(pointer: string, value: unknown): void;
  fault(pointer: string): string | undefined;
}

/**
 * A form for an object that a JSON Schema describes. It holds no opinion of what is right: the server does, and its faults appear
 * at their fields. Tells `draft` with every change.
 */
export class SchemaForm extends PanelElement implements FormView {
  static override properties = {
    schema: { attribute: false },
    draft: { attribute: false },
    faults: { attribute: false },
    unfolded: { type: Boolean },
  };
  declare schema: JsonSchema;
  declare draft: unknown;
  declare faults: ReadonlyMap<string, string>;
  /** Shows optional fields from the beginning. */
  declare unfolded: boolean;

  constructor() {
    super();
    this.faults = new Map();
    this.unfolded = false;
    this.addEventListener('keydown', (event) => this.#submit(event));
  }

  static override styles = [...PanelElement.styles, formStyles];

  override render() {
    const fields = listFields(this.schema ?? {});
    const first = fields.filter(({ required }) => required);
    const rest = fields.filter(({ required }) => !required);
    const simple = rest.filter((field) => !isSection(field));
    const sections = rest.filter(isSection);
    return html`
      ${first.length > 0 ? this.#renderFields(first) : nothing}
      ${first.length === 0 || this.unfolded ? this.#renderFields(simple) : nothing}
      <div class="sections" ?hidden=${sections.length === 0 && (this.unfolded || first.length === 0)}>
        ${
          first.length > 0 && !this.unfolded && simple.length > 0
            ? this.#renderSection(
                messages.form.more,
                simple.map(({ name }) => joinPointer('', name)),
                this.#renderFields(simple),
              )
            : nothing
        }
        ${sections.map((field) => this.#renderFieldSection(field))}
      </div>`;
  }

  #renderFields(fields: readonly Field[]): TemplateResult {
    return html`<div class="fields">${fields.map((field) => renderValue(this, field, joinPointer('', field.name)))}</div>`;
  }

  #renderFieldSection(field: Field): TemplateResult {
    const pointer = joinPointer('', field.name);
    const count = countGiven(field, this.get(pointer));
    const body = html`
      ${field.description ? html`<p class="hint">${renderWords(field.description)}</p>` : nothing}
      ${
        field.kind === 'group'
          ? html`<div class="fields">${field.fields.map((one) => renderValue(this, one, joinPointer(pointer, one.name)))}</div>`
          : renderValue(this, { ...field, description: '' }, pointer)
      }`;
    return this.#renderSection(field.title, [pointer], body, count);
  }

  #renderSection(title: string, pointers: readonly string[], body: TemplateResult, count = 0): TemplateResult {
    const faulty = [...this.faults.keys()].some((at) => pointers.some((one) => at === one || at.startsWith(`${one}/`)));
    return html`<details ?open=${faulty}>
      <summary>${icon('chevron', 14)}<span>${title}</span>${count > 0 ? html`<span class="tag">${messages.form.given(count)}</span>` : nothing}</summary>
      <div class="inside">${body}</div>
    </details>`;
  }

  get(pointer: string): unknown {
    return getAt(this.draft, pointer);
  }

  set(pointer: string, value: unknown): void {
    this.draft = setAt(this.draft, pointer, value);
    this.dispatchEvent(new CustomEvent('draft', { detail: this.draft }));
  }

  /** Enter in a field sends the form around, which does not see fields in here by itself. */
  #submit(event: KeyboardEvent): void {
    const [target] = event.composedPath();
    if (event.key !== 'Enter' || event.isComposing || !(target instanceof HTMLInputElement)) return;
    event.preventDefault();
    this.closest('form')?.requestSubmit();
  }

  fault(pointer: string): string | undefined {
    return this.faults.get(pointer);
  }

  /** Brings the first fault into view, with the focus on its field. */
  async showFaults(): Promise<void> {
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }
}
customElements.define('fh-schema-form', SchemaForm);

/** Whether it takes so much room that it is folded. */
function isSection({ kind }: Field): boolean {
  return kind === 'group' || kind === 'table' || kind === 'map';
}
