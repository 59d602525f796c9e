import { customerDataOf, environments, isRecord, stylingOf, texts } from '../shared/messages';
import type { CustomerData, Environment, InstrumentDetails, PaymentState, Styling } from '../shared/messages';

/** What an embedding page gave to `init`, read and found complete. */
export interface Configuration {
  token: string;
  environment: Environment;
  countryCode: string;
  locale: string;
  container: HTMLElement;
  styling: Styling;
  texts: Record<string, string>;
  hideHeading: boolean;
  hidePaymentButton: boolean;
  customerData: CustomerData;
  showsKeys: boolean;
  onSuccess: (paymentRequestToken: string, details?: InstrumentDetails, instrumentToken?: string) => void;
  onPaymentStateChange: (state: PaymentState) => void;
  onSessionChange: () => void;
}

const required = ['userSessionToken', 'environment', 'countryCode', 'locale', 'container'] as const;

/**
 * Reads the configuration. Throws at once when something required is missing, the environment is none, or there is no
 * such container: such a mistake is the page's, and its author should see it on the first try.
 */
export function readConfiguration(value: unknown, find: (id: string) => HTMLElement | null): Configuration {
  if (!isRecord(value)) throw new TypeError('paymentWidget.init: a configuration object is required');

  for (const name of required)
    if (value[name] === undefined || value[name] === null || value[name] === '')
      throw new TypeError(`paymentWidget.init: missing required parameter: ${name}`);

  const environment = environments.find((known) => known === value['environment']);
  if (!environment)
    throw new TypeError(`paymentWidget.init: invalid environment: ${String(value['environment'])} (one of ${environments.join(', ')})`);

  return {
    token: textOf(value, 'userSessionToken'),
    environment,
    countryCode: textOf(value, 'countryCode'),
    locale: textOf(value, 'locale'),
    container: containerOf(value['container'], find),
    styling: stylingOf(value['styling']),
    texts: texts(value['i18n']),
    hideHeading: value['hideHeading'] === true,
    hidePaymentButton: value['hidePaymentButton'] === true,
    customerData: customerDataOf(value['customerData']),
    showsKeys: value['devMode'] === true,
    onSuccess: callbackOf(value, 'onSuccess'),
    onPaymentStateChange: callbackOf(value, 'onPaymentStateChange'),
    onSessionChange: callbackOf(value, 'onSessionChange'),
  };
}

function textOf(value: Record<string, unknown>, name: string): string {
  const text = value[name];
  if (typeof text !== 'string') throw new TypeError(`paymentWidget.init: ${name} must be a string`);
  return text;
}

function containerOf(value: unknown, find: (id: string) => HTMLElement | null): HTMLElement {
  const container = typeof value === 'string' ? find(value.replace(/^#/, '')) : value;
  // Not instanceof: the element may come from another window of the same page.
  if (!isRecord(container) || container['nodeType'] !== 1)
    throw new Error(`paymentWidget.init: container not found${typeof value === 'string' ? `: ${value}` : ''}`);
  return container as unknown as HTMLElement;
}

function callbackOf<Callback extends (...values: never[]) => void>(value: Record<string, unknown>, name: string): Callback {
  const callback = value[name] ?? (() => undefined);
  if (typeof callback !== 'function') throw new TypeError(`paymentWidget.init: ${name} must be a function`);
  return callback as Callback;
}
