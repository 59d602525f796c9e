import { readConfiguration } from './configuration';
import { Embedding } from './embedding';
import type { PaymentState } from '../shared/messages';

/** What `init` returns. */
export interface Widget {
  destroy(): void;
  submitPayment(): Promise<void>;
  getPaymentState(): PaymentState;
  updateCustomerData(data: unknown): void;
}

declare global {
  interface Window {
    paymentWidget: { init(configuration: unknown): Widget };
  }
}

// Known only while the script runs for the first time. The frame comes from wherever this script came from.
const script = document.currentScript;
const origin = new URL(script instanceof HTMLScriptElement && script.src ? script.src : window.location.href).origin;

window.paymentWidget = {
  init(configuration) {
    const embedding = new Embedding(readConfiguration(configuration, (id) => document.getElementById(id)), origin);
    return {
      destroy: () => embedding.destroy(),
      submitPayment: () => embedding.submitPayment(),
      getPaymentState: () => embedding.getPaymentState(),
      updateCustomerData: (data) => embedding.updateCustomerData(data),
    };
  },
};
