import { isRecord, isWebAddress, textMembers, texts } from '../shared/messages';
import type { InstrumentDetails } from '../shared/messages';
import { colorOf } from '../shared/styling';

export const choices = ['CREDIT_CARD', 'SEPA', 'BACS', 'CH_DD', 'LSV', 'BANK_TRANSFER', 'CASH'] as const;

export type Choice = (typeof choices)[number];

export interface StoredInstrument {
  id: string;
  choice: Choice;
  label: string;
  brand?: string;
  expiry?: string;
  /** Whether the customer may choose autopay with it. */
  mayAutopay: boolean;
}

export type Progress = 'open' | 'claimed' | 'entering' | 'pending' | 'ready' | 'used' | 'expired' | 'exhausted';

/** What the payment yielded, for the embedding page. */
export interface Outcome {
  paymentRequestToken: string;
  details?: InstrumentDetails;
  instrumentToken?: string;
}

const looks = ['light', 'on-light', 'dark', 'on-dark'] as const;

/** The merchant's colour as it can be read in the light look and in the dark one, and what can be read on it. */
export type Look = Readonly<Record<(typeof looks)[number], string>>;

/** A payment session as the server tells it. */
export interface Session {
  status: Progress;
  amount: number;
  currency: string;
  referenceText: string;
  merchant: string;
  /** Which logo the merchant has, if any. */
  logo?: string;
  look?: Look;
  choices: readonly Choice[];
  /** The choices whose instruments the customer enters on a page of the provider. */
  pages: readonly Choice[];
  /** Whether the page for cards may offer the wallets of the customer's device. */
  mayOfferWallets: boolean;
  requiresSignature: boolean;
  mayStore: boolean;
  instruments: readonly StoredInstrument[];
  /** The server's words of the consent to autopay, by language; none where it is not offered. */
  autopay: Readonly<Record<string, string>>;
  creditor: { name: string; id?: string };
  expiresAt?: Date;
  outcome?: Outcome;
  redirectTo?: string;
  /** Whether the customer can give up the payment that is under way, here or elsewhere, and pay in another way. */
  mayGiveUp: boolean;
  /** Why the last payment came to nothing, if it was tried and the customer may try again. */
  failure?: string;
}

const progresses: readonly Progress[] = ['open', 'claimed', 'entering', 'pending', 'ready', 'used', 'expired', 'exhausted'];

/** Reads a session; undefined if it is none. Of choices and instruments those that are not known are left out. */
export function readSession(value: unknown): Session | undefined {
  if (!isRecord(value)) return undefined;
  const status = progresses.find((known) => known === value['status']);
  const money = value['amount'];
  if (!status || !isRecord(money) || typeof money['amount'] !== 'number' || typeof money['currency'] !== 'string') return undefined;

  const { merchant = '', logo, referenceText = '', expiresAt = '', redirectTo, failure } = textMembers(
    value, ['merchant', 'logo', 'referenceText', 'expiresAt', 'redirectTo', 'failure']);
  const look = readLook(value['look']);
  const creditor = textMembers(value['creditor'], ['name', 'id']);
  const expires = new Date(expiresAt);
  const outcome = readOutcome(value);
  return {
    status,
    amount: money['amount'],
    currency: money['currency'],
    merchant,
    ...(logo !== undefined && { logo }),
    ...(look && { look }),
    referenceText,
    choices: listOf(value['choices']).filter(isChoice),
    pages: listOf(value['pages']).filter(isChoice),
    mayOfferWallets: value['mayOfferWallets'] === true,
    requiresSignature: value['requiresSignature'] === true,
    mayStore: value['mayStore'] === true,
    mayGiveUp: value['mayGiveUp'] === true,
    autopay: texts(value['autopay']),
    instruments: listOf(value['instruments']).map(readInstrument).filter((instrument) => instrument !== undefined),
    creditor: { name: creditor.name ?? merchant, ...(creditor.id !== undefined && { id: creditor.id }) },
    ...(!Number.isNaN(expires.getTime()) && { expiresAt: expires }),
    ...(outcome && { outcome }),
    ...(redirectTo !== undefined && isWebAddress(redirectTo) && { redirectTo }),
    ...(failure !== undefined && { failure }),
  };
}

export function readOutcome(value: unknown): Outcome | undefined {
  const { paymentRequestToken, paymentInstrumentToken } = textMembers(value, ['paymentRequestToken', 'paymentInstrumentToken']);
  if (!isRecord(value) || !paymentRequestToken) return undefined;
  return {
    paymentRequestToken,
    ...(isRecord(value['details']) && { details: value['details'] }),
    ...(paymentInstrumentToken !== undefined && { instrumentToken: paymentInstrumentToken }),
  };
}

function readLook(value: unknown): Look | undefined {
  const look = textMembers(value, looks);
  return looks.every((name) => colorOf(look[name]) !== undefined) ? (look as Look) : undefined;
}

function readInstrument(value: unknown): StoredInstrument | undefined {
  const { id, choice, label, brand, expiry } = textMembers(value, ['id', 'choice', 'label', 'brand', 'expiry']);
  if (!id || !isChoice(choice) || label === undefined) return undefined;
  const mayAutopay = isRecord(value) && value['mayAutopay'] === true;
  return { id, choice, label, mayAutopay, ...(brand !== undefined && { brand }), ...(expiry !== undefined && { expiry }) };
}

const isChoice = (value: unknown): value is Choice => choices.some((choice) => choice === value);

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
