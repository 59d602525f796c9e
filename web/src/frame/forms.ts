import type { CustomerData } from '../shared/messages';
import type { AnyForm, Form } from './fields/form';
import type { Option } from './options';
import { bacsBody, bacsForm, cardBody, cardForm, debitBody, debitForm, fieldOf, ticked } from './payment';
import type { Choice } from './session';
import type { BacsField, CardField, DebitField, PaymentBody } from './payment';

/** The forms of all choices, so that what was typed for one is still there after a look at another. */
export class Forms {
  readonly card: Form<CardField> = cardForm(() => new Date());
  readonly bacs: Form<BacsField> = bacsForm();
  readonly debits: Readonly<Record<'SEPA' | 'CH_DD' | 'LSV', Form<DebitField>>>;
  /** Whether the customer wants to find the card here the next time. */
  isToBeStored = false;
  /** Whether the customer chooses autopay with the option that is chosen. */
  isForAutopay = false;

  /** The choices whose instruments the customer enters on a page of the provider. */
  pages: readonly Choice[] = [];

  constructor(requiresSignature: boolean) {
    this.debits = {
      SEPA: debitForm(false, requiresSignature),
      CH_DD: debitForm(true, requiresSignature),
      LSV: debitForm(true, requiresSignature),
    };
  }

  /** Fills in what the embedding page knows of the customer. */
  fill({ name, email }: CustomerData): void {
    if (name !== undefined) for (const form of this.all) form.fill('holder', name);
    if (email !== undefined) this.bacs.fill('email', email);
  }

  /** Forgets every number. */
  forget(): void {
    for (const form of this.all) for (const name of form.names) form.clear(name);
  }

  /** Whether there may be an attempt: a debit wants its mandate first; what is typed is checked when it is sent. */
  maySubmit(option: Option): boolean {
    const form = this.formOf(option);
    return form === undefined || !form.names.includes('mandate') || form.texts['mandate'] === ticked;
  }

  /** Shows what is missing or wrong, and says whether nothing is. */
  isComplete(option: Option): boolean {
    return this.formOf(option)?.checkAll() ?? true;
  }

  /** Shows an error that the server found in a field. */
  showError(option: Option, path: string, code: string): void {
    const form = this.formOf(option);
    const name = form && fieldOf(form, path);
    if (name !== undefined) form?.show(name, code === 'missing' ? 'upc.error.required' : 'upc.error.check');
  }

  /** @param language - the language of the words of the consent to autopay */
  bodyOf(option: Option, returnUrl: string, language: string): PaymentBody {
    return { ...this.paymentOf(option, returnUrl, language), ...(this.isForAutopay && { autopay: language }) };
  }

  /** Whether the customer enters the instrument on a page of the provider, and not here. */
  isOnPage(option: Option): boolean {
    return 'choice' in option && this.pages.includes(option.choice);
  }

  private paymentOf(option: Option, returnUrl: string, language: string): PaymentBody {
    if ('instrument' in option) return { instrument: option.instrument.id };
    if (this.isOnPage(option)) return { choice: option.choice, store: this.isToBeStored, returnUrl, language };
    switch (option.choice) {
      case 'CREDIT_CARD':
        return cardBody(this.card.texts, this.isToBeStored, returnUrl);
      case 'SEPA':
      case 'CH_DD':
      case 'LSV':
        return debitBody(option.choice, this.debits[option.choice].texts);
      case 'BACS':
        return bacsBody(this.bacs.texts);
      case 'BANK_TRANSFER':
      case 'CASH':
        return { choice: option.choice };
    }
  }

  private get all(): readonly AnyForm[] {
    return [this.card, this.bacs, ...Object.values(this.debits)];
  }

  private formOf(option: Option): AnyForm | undefined {
    if ('instrument' in option || this.isOnPage(option)) return undefined;
    switch (option.choice) {
      case 'CREDIT_CARD':
        return this.card;
      case 'SEPA':
      case 'CH_DD':
      case 'LSV':
        return this.debits[option.choice];
      case 'BACS':
        return this.bacs;
      case 'BANK_TRANSFER':
      case 'CASH':
        return undefined;
    }
  }
}
