import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { regroup } from '../fields/digits';
import type { Grouping } from '../fields/digits';
import type { Form } from '../fields/form';
import type { TextKey } from '../texts/keys';
import type { Words } from '../texts/words';
import { warningIcon } from './icons';

/** What every part of the form is drawn with. */
export interface Drawing {
  words: Words;
  isDisabled: boolean;
  /** Something changed that is seen. */
  changed: () => void;
}

export interface FieldLooks {
  label: TextKey;
  autocomplete: string;
  type?: 'text' | 'email';
  inputMode?: 'numeric' | 'text' | 'email';
  placeholder?: string;
  /** Said to who cannot see the placeholder, and shown by it to who can. */
  hint?: string;
  grouping?: (text: string) => Grouping;
  maxLength?: number;
  width?: 'half';
  mark?: TemplateResult | undefined;
  capitals?: boolean;
}

/** A labelled field of a form, with the room for its error kept free so that nothing moves when it appears. */
export function field<Name extends string>(drawing: Drawing, form: Form<Name>, name: Name, looks: FieldLooks): TemplateResult {
  const { words } = drawing;
  const error = form.errorOf(name);
  const described = [looks.hint ? `${name}-hint` : '', error ? `${name}-error` : ''].filter(Boolean).join(' ');
  return html`
    <div class="field ${looks.width ?? ''}">
      <label for=${name}>${words.say(looks.label)}</label>
      <div class="box">
        <input
          id=${name}
          name=${name}
          type=${looks.type ?? 'text'}
          class=${looks.capitals ? 'capitals' : ''}
          inputmode=${looks.inputMode ?? 'text'}
          autocomplete=${looks.autocomplete}
          autocapitalize=${looks.capitals ? 'characters' : 'off'}
          autocorrect="off"
          spellcheck="false"
          maxlength=${looks.maxLength ?? nothing}
          placeholder=${looks.placeholder ?? nothing}
          aria-invalid=${error ? 'true' : nothing}
          aria-describedby=${described || nothing}
          aria-required="true"
          ?disabled=${drawing.isDisabled}
          .value=${live(form.texts[name])}
          @input=${(event: InputEvent) => {
            take(event, form, name, looks);
            drawing.changed();
          }}
          @blur=${() => {
            form.leave(name);
            drawing.changed();
          }}
        />
        ${looks.mark ?? nothing}
      </div>
      ${looks.hint ? html`<span class="unseen" id="${name}-hint">${looks.hint}</span>` : nothing}
      <p class="error" id="${name}-error">${error ? html`${warningIcon()}${words.say(error)}` : nothing}</p>
    </div>
  `;
}

function take<Name extends string>(event: InputEvent, form: Form<Name>, name: Name, looks: FieldLooks): void {
  const input = event.target as HTMLInputElement;
  if (!looks.grouping) return form.edit(name, input.value);
  const caret = input.selectionStart ?? input.value.length;
  const edited = regroup(form.texts[name], input.value, caret, event.inputType ?? '', looks.grouping(input.value));
  form.edit(name, edited.text);
  input.value = edited.text;
  if (document.activeElement === input) input.setSelectionRange(edited.caret, edited.caret);
}

/** A box to tick. */
export function tick(
  drawing: Drawing,
  name: string,
  label: TemplateResult | string,
  isTicked: boolean,
  onChange: (isTicked: boolean) => void,
  error?: string,
): TemplateResult {
  return html`
    <div class="tick">
      <input
        type="checkbox"
        id=${name}
        .checked=${live(isTicked)}
        ?disabled=${drawing.isDisabled}
        aria-invalid=${error ? 'true' : nothing}
        aria-describedby=${error ? `${name}-error` : nothing}
        @change=${(event: Event) => {
          onChange((event.target as HTMLInputElement).checked);
          drawing.changed();
        }}
      />
      <label for=${name}>${label}</label>
      ${error ? html`<p class="error" id="${name}-error">${warningIcon()}${error}</p>` : nothing}
    </div>
  `;
}
