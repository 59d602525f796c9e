import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { accountNumberGrouping, ibanGrouping, ibanPattern, sortCodeGrouping } from '../fields/account';
import { expiryGrouping, numberGrouping, onlyDigits, schemeOfNumber } from '../fields/card';
import type { Form } from '../fields/form';
import { asksBic, ticked } from '../payment';
import type { BacsField, CardField, DebitField } from '../payment';
import type { Session } from '../session';
import type { TextKey } from '../texts/keys';
import { field, tick } from './field';
import type { Drawing } from './field';
import { choiceIcon, schemeIcon } from './icons';
import './signature-pad';

export function cardFields(drawing: Drawing, form: Form<CardField>): TemplateResult {
  const { words } = drawing;
  const scheme = schemeOfNumber(form.texts.number);
  const codeLength = scheme?.codeLength ?? 3;
  return html`
    ${field(drawing, form, 'number', {
      label: 'upc.card.number',
      autocomplete: 'cc-number',
      inputMode: 'numeric',
      placeholder: '1234 1234 1234 1234',
      grouping: numberGrouping,
      mark: html`<span class="mark">${scheme ? schemeIcon(scheme) : choiceIcon('CREDIT_CARD')}</span>`,
    })}
    ${field(drawing, form, 'expiry', {
      label: 'upc.card.expiry',
      autocomplete: 'cc-exp',
      inputMode: 'numeric',
      placeholder: words.say('upc.card.expiry.format'),
      hint: words.say('upc.card.expiry.format'),
      grouping: () => expiryGrouping,
      width: 'half',
    })}
    ${field(drawing, form, 'securityCode', {
      label: 'upc.card.code',
      autocomplete: 'cc-csc',
      inputMode: 'numeric',
      placeholder: '•'.repeat(codeLength),
      hint: words.say(codeLength === 4 ? 'upc.card.code.front' : 'upc.card.code.back'),
      grouping: () => ({ keep: onlyDigits, limit: scheme?.codeLength ?? 4, write: (digits) => digits }),
      width: 'half',
    })}
    ${field(drawing, form, 'holder', { label: 'upc.card.holder', autocomplete: 'cc-name', maxLength: 100 })}
  `;
}

// Bank accounts are not among what browsers fill in, and an IBAN should not be among what they remember.
const notRemembered = 'off';

export function debitFields(
  drawing: Drawing,
  form: Form<DebitField>,
  choice: 'SEPA' | 'CH_DD' | 'LSV',
  session: Session,
  countryCode: string,
): TemplateResult {
  const { words } = drawing;
  const isSwiss = choice !== 'SEPA';
  const country = isSwiss && countryCode !== 'LI' ? 'CH' : countryCode;
  return html`
    ${field(drawing, form, 'iban', {
      label: 'upc.account.iban',
      autocomplete: notRemembered,
      capitals: true,
      placeholder: ibanPattern(country),
      grouping: ibanGrouping,
    })}
    ${asksBic(form.texts.iban, isSwiss)
      ? field(drawing, form, 'bic', { label: 'upc.account.bic', autocomplete: notRemembered, capitals: true, maxLength: 11 })
      : nothing}
    ${field(drawing, form, 'holder', { label: 'upc.account.holder', autocomplete: 'name', maxLength: 100 })}
    ${mandate(drawing, `upc.mandate.${choice}`, session)}
    ${session.requiresSignature
      ? html`
          <signature-pad
            .words=${words}
            .error=${form.errorOf('signature')}
            .isDisabled=${drawing.isDisabled}
            @signed=${(event: CustomEvent<string>) => {
              form.edit('signature', event.detail);
              drawing.changed();
            }}
          ></signature-pad>
        `
      : nothing}
    ${mandateTick(drawing, form)}
  `;
}

export function bacsFields(drawing: Drawing, form: Form<BacsField>, session: Session): TemplateResult {
  return html`
    ${field(drawing, form, 'sortCode', {
      label: 'upc.account.sort.code',
      autocomplete: notRemembered,
      inputMode: 'numeric',
      placeholder: '12-34-56',
      grouping: () => sortCodeGrouping,
      width: 'half',
    })}
    ${field(drawing, form, 'accountNumber', {
      label: 'upc.account.number',
      autocomplete: notRemembered,
      inputMode: 'numeric',
      placeholder: '12345678',
      grouping: () => accountNumberGrouping,
      width: 'half',
    })}
    ${field(drawing, form, 'holder', { label: 'upc.account.holder', autocomplete: 'name', maxLength: 100 })}
    ${field(drawing, form, 'email', {
      label: 'upc.account.email',
      autocomplete: 'email',
      type: 'email',
      inputMode: 'email',
      maxLength: 254,
    })}
    ${mandate(drawing, 'upc.mandate.BACS', session)} ${mandateTick(drawing, form)}
  `;
}

function mandate(drawing: Drawing, text: TextKey, session: Session): TemplateResult {
  const { words } = drawing;
  const { name, id } = session.creditor;
  return html`
    <section class="mandate" aria-labelledby="mandate-title">
      <h2 id="mandate-title">${words.say('upc.mandate.title')}</h2>
      ${id && text === 'upc.mandate.SEPA' ? html`<p>${words.say('upc.mandate.creditor', { id })}</p>` : nothing}
      <p>${words.say(text, { creditor: name })}</p>
    </section>
  `;
}

function mandateTick<Name extends string>(drawing: Drawing, form: Form<Name | 'mandate'>): TemplateResult {
  const error = form.errorOf('mandate');
  return tick(
    drawing, 'mandate', drawing.words.say('upc.mandate.accept'), form.texts.mandate === ticked,
    (isTicked) => form.edit('mandate', isTicked ? ticked : ''), error && drawing.words.say(error));
}

export function plainNote(drawing: Drawing, choice: 'BANK_TRANSFER' | 'CASH', session: Session): TemplateResult {
  const key: TextKey = choice === 'CASH' ? 'upc.cash.note' : 'upc.transfer.note';
  return html`<p class="note">${drawing.words.say(key, { merchant: session.merchant, reference: session.referenceText })}</p>`;
}
