import { type CSSResultOrNative, LitElement } from 'lit';
import { base } from '../design/base.css.ts';
import { controls } from '../design/controls.css.ts';
import { layout } from '../design/layout.css.ts';

/** What every element of the panel is: the same sheets are shared by all of them. */
export abstract class PanelElement extends LitElement {
  static override styles: CSSResultOrNative[] = [base, controls, layout];
}
