// The answers of the Stripe face, by the name that each object has: the declarations of Stripe's own library.
import type { BalanceTransaction } from '../../../../node_modules/stripe/esm/resources/BalanceTransactions.js';
import type { Session } from '../../../../node_modules/stripe/esm/resources/Checkout/Sessions.js';
import type { Dispute } from '../../../../node_modules/stripe/esm/resources/Disputes.js';
import type { Mandate } from '../../../../node_modules/stripe/esm/resources/Mandates.js';
import type { PaymentIntent } from '../../../../node_modules/stripe/esm/resources/PaymentIntents.js';
import type { PaymentMethod } from '../../../../node_modules/stripe/esm/resources/PaymentMethods.js';
import type { Payout } from '../../../../node_modules/stripe/esm/resources/Payouts.js';
import type { Refund } from '../../../../node_modules/stripe/esm/resources/Refunds.js';
import type { SetupIntent } from '../../../../node_modules/stripe/esm/resources/SetupIntents.js';
import type { WebhookEndpoint } from '../../../../node_modules/stripe/esm/resources/WebhookEndpoints.js';

export interface Objects {
  balance_transaction: BalanceTransaction;
  'checkout.session': Session;
  dispute: Dispute;
  mandate: Mandate;
  payment_intent: PaymentIntent;
  payment_method: PaymentMethod;
  payout: Payout;
  refund: Refund;
  setup_intent: SetupIntent;
  webhook_endpoint: WebhookEndpoint;
}
