import { checkAccountNumber, checkBic, checkEmail, checkHolder, checkIban, checkSortCode, compact, mayNeedBic } from './fields/account';
import { checkCode, checkExpiry, checkNumber, digitsOf } from './fields/card';
import { Form } from './fields/form';
import type { AnyForm } from './fields/form';
import type { Choice } from './session';

/** The customer chooses autopay: the language of the words, which the server knows. */
export type AutopayBody = { autopay?: string };

/** The body that asks for a payment, as the server reads it. */
export type PaymentBody =
  | ({ instrument: string } & AutopayBody)
  /** The customer comes back from the provider's page. */
  | { entered: true; returnUrl?: string }
  | ({
      choice: Choice;
      returnUrl?: string;
      /** For the provider's page. */
      language?: string;
      store?: boolean;
      mandateAccepted?: true;
      card?: Record<string, string>;
      account?: Record<string, string>;
    } & AutopayBody);

export type CardField = 'number' | 'expiry' | 'securityCode' | 'holder';
export type DebitField = 'iban' | 'bic' | 'holder' | 'signature' | 'mandate';
export type BacsField = 'sortCode' | 'accountNumber' | 'holder' | 'email' | 'mandate';

/** A box that is ticked, as the text of its field. */
export const ticked = 'yes';

const checkMandate = (text: string) => (text === ticked ? undefined : ('upc.error.mandate' as const));

export const cardForm = (today: () => Date): Form<CardField> =>
  new Form<CardField>({
    number: checkNumber,
    expiry: (text) => checkExpiry(text, today()),
    securityCode: (text, all) => checkCode(text, all.number),
    holder: checkHolder,
  });

export const debitForm = (isSwiss: boolean, requiresSignature: boolean): Form<DebitField> =>
  new Form<DebitField>({
    iban: (text) => checkIban(text, isSwiss),
    bic: (text, all) => (asksBic(all.iban, isSwiss) ? checkBic(text) : undefined),
    holder: checkHolder,
    signature: (text) => (requiresSignature && text === '' ? 'upc.error.signature' : undefined),
    mandate: checkMandate,
  });

export const bacsForm = (): Form<BacsField> =>
  new Form<BacsField>({
    sortCode: checkSortCode,
    accountNumber: checkAccountNumber,
    holder: checkHolder,
    email: checkEmail,
    mandate: checkMandate,
  });

/** Whether the form has a field for the BIC: a bank in Switzerland is known by the IBAN where the debit is Swiss, too. */
export const asksBic = (iban: string, isSwiss: boolean): boolean => !isSwiss && mayNeedBic(iban);

export function cardBody(card: Readonly<Record<CardField, string>>, store: boolean, returnUrl: string): PaymentBody {
  const { expiry, securityCode, holder } = card;
  return {
    choice: 'CREDIT_CARD',
    card: { number: digitsOf(card.number), expiry, securityCode, holder: holder.trim() },
    store,
    ...(returnUrl !== '' && { returnUrl }),
  };
}

export function debitBody(choice: 'SEPA' | 'CH_DD' | 'LSV', account: Readonly<Record<DebitField, string>>): PaymentBody {
  const bic = asksBic(account.iban, choice !== 'SEPA') ? compact(account.bic) : '';
  return {
    choice,
    account: {
      iban: compact(account.iban),
      ...(bic !== '' && { bic }),
      holder: account.holder.trim(),
      ...(account.signature !== '' && { signature: account.signature }),
    },
    mandateAccepted: true,
  };
}

export function bacsBody(account: Readonly<Record<BacsField, string>>): PaymentBody {
  return {
    choice: 'BACS',
    account: {
      sortCode: digitsOf(account.sortCode),
      accountNumber: account.accountNumber,
      holder: account.holder.trim(),
      email: account.email.trim(),
    },
    mandateAccepted: true,
  };
}

/** The form's field that the server means: `card.number`, `account.iban`, `mandateAccepted`. */
export function fieldOf(form: AnyForm, path: string): string | undefined {
  const last = path.split('.').at(-1) ?? '';
  return form.names.find((name) => name === (last === 'mandateAccepted' ? 'mandate' : last));
}
