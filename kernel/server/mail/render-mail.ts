import { type MailFrame, renderHtml } from './render-html.ts';
import { renderText } from './render-text.ts';
import type { CompiledTemplate, Values } from './templates.ts';

export interface RenderedMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** One template, twice: what the text says the HTML says too. */
export function renderMail(template: CompiledTemplate, values: Values, frame: MailFrame): RenderedMail {
  return {
    subject: template.subject.text(values),
    text: renderText(template, values, frame),
    html: renderHtml(template, values, frame),
  };
}
