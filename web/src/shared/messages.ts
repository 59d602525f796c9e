// The messages between the loader in the embedding page and the frame. Both sides are ours, but each reads what it
// hears as if it came from anybody: the page around the frame may be anything.

export type Environment = 'test' | 'sandbox' | 'live';

export const environments: readonly Environment[] = ['test', 'sandbox', 'live'];

export interface CustomerData {
  name?: string;
  email?: string;
}

export interface Appearance {
  theme?: string;
  variables?: Record<string, string>;
}

export interface Styling {
  primaryColor?: string;
  secondaryColor?: string;
  textColorMain?: string;
  textColorSecondary?: string;
  borderColor?: string;
  borderRadius?: string;
  boxShadow?: string;
  appearance?: Appearance;
}

export interface Start {
  type: 'start';
  token: string;
  environment: Environment;
  countryCode: string;
  locale: string;
  styling: Styling;
  texts: Record<string, string>;
  /** Whether the embedding page says merchant and amount itself. */
  hideHeading: boolean;
  hidePaymentButton: boolean;
  customerData: CustomerData;
  showsKeys: boolean;
  /** Where a customer comes back to from a bank; empty where the page has no such address. */
  returnUrl: string;
}

export type ToFrame = Start | { type: 'submit'; id: number } | { type: 'customer'; customerData: CustomerData };

export interface PaymentState {
  isProcessing: boolean;
  canSubmit: boolean;
}

export type InstrumentDetails = Record<string, unknown>;

export type ToLoader =
  | { type: 'height'; height: number }
  | ({ type: 'state' } & PaymentState)
  | { type: 'success'; paymentRequestToken: string; details?: InstrumentDetails; instrumentToken?: string }
  | { type: 'submitted'; id: number; failure?: { code: string; message: string } }
  /** The session stands otherwise than when the page was loaded, without a payment in it. */
  | { type: 'changed' }
  | { type: 'redirect'; address: string };

/** The one message that is not said over the port: it brings the port. */
export const portMessage = 'quittance:port';

/** The part of a session's token that is no secret. By it the server finds who may embed the frame. */
export function publicIdOf(token: string): string {
  return token.startsWith('us_') ? token.slice(3, 35) : '';
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The members of a value that are text, of those that are asked for. */
export function textMembers<Name extends string>(value: unknown, names: readonly Name[]): Partial<Record<Name, string>> {
  const found: Partial<Record<Name, string>> = {};
  if (isRecord(value))
    for (const name of names)
      if (typeof value[name] === 'string') found[name] = value[name];
  return found;
}

/** All members of a value that are text. */
export function texts(value: unknown): Record<string, string> {
  return isRecord(value)
    ? Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
    : {};
}

export function customerDataOf(value: unknown): CustomerData {
  return textMembers(value, ['name', 'email']);
}

const stylingNames = [
  'primaryColor',
  'secondaryColor',
  'textColorMain',
  'textColorSecondary',
  'borderColor',
  'borderRadius',
  'boxShadow',
] as const;

/** Styling as an embedding page writes it, with `stripe.appearance` as the documents have it. */
export function stylingOf(value: unknown): Styling {
  const styling: Styling = textMembers(value, stylingNames);
  const nested = isRecord(value) ? (isRecord(value['stripe']) ? value['stripe']['appearance'] : value['appearance']) : undefined;
  if (isRecord(nested)) styling.appearance = { ...textMembers(nested, ['theme']), variables: texts(nested['variables']) };
  return styling;
}

export function readToFrame(value: unknown): ToFrame | undefined {
  if (!isRecord(value)) return undefined;
  switch (value['type']) {
    case 'start':
      return readStart(value);
    case 'submit':
      return Number.isSafeInteger(value['id']) ? { type: 'submit', id: value['id'] as number } : undefined;
    case 'customer':
      return { type: 'customer', customerData: customerDataOf(value['customerData']) };
    default:
      return undefined;
  }
}

function readStart(value: Record<string, unknown>): Start | undefined {
  const { token, countryCode, locale, returnUrl } = textMembers(value, ['token', 'countryCode', 'locale', 'returnUrl']);
  const environment = environments.find((known) => known === value['environment']);
  if (!token || !environment || !countryCode || !locale || returnUrl === undefined) return undefined;
  return {
    type: 'start',
    token,
    environment,
    countryCode,
    locale,
    returnUrl,
    styling: stylingOf(value['styling']),
    texts: texts(value['texts']),
    hideHeading: value['hideHeading'] === true,
    hidePaymentButton: value['hidePaymentButton'] === true,
    customerData: customerDataOf(value['customerData']),
    showsKeys: value['showsKeys'] === true,
  };
}

// A frame that claims to be higher than this is no form.
const greatestHeight = 20_000;

export function readToLoader(value: unknown): ToLoader | undefined {
  if (!isRecord(value)) return undefined;
  switch (value['type']) {
    case 'height': {
      const height = value['height'];
      return typeof height === 'number' && height >= 0 && height <= greatestHeight ? { type: 'height', height } : undefined;
    }
    case 'state':
      return typeof value['isProcessing'] === 'boolean' && typeof value['canSubmit'] === 'boolean'
        ? { type: 'state', isProcessing: value['isProcessing'], canSubmit: value['canSubmit'] }
        : undefined;
    case 'success':
      return readSuccess(value);
    case 'changed':
      return { type: 'changed' };
    case 'submitted': {
      if (!Number.isSafeInteger(value['id'])) return undefined;
      const { code, message } = textMembers(value['failure'], ['code', 'message']);
      return { type: 'submitted', id: value['id'] as number, ...(code !== undefined && { failure: { code, message: message ?? code } }) };
    }
    case 'redirect':
      return typeof value['address'] === 'string' && isWebAddress(value['address'])
        ? { type: 'redirect', address: value['address'] }
        : undefined;
    default:
      return undefined;
  }
}

function readSuccess(value: Record<string, unknown>): ToLoader | undefined {
  const { paymentRequestToken, instrumentToken } = textMembers(value, ['paymentRequestToken', 'instrumentToken']);
  if (!paymentRequestToken) return undefined;
  return {
    type: 'success',
    paymentRequestToken,
    ...(isRecord(value['details']) && { details: value['details'] }),
    ...(instrumentToken !== undefined && { instrumentToken }),
  };
}

/** Whether an address may be navigated to: never a script. */
export function isWebAddress(address: string): boolean {
  return URL.canParse(address) && ['https:', 'http:'].includes(new URL(address).protocol);
}
