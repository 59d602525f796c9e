// Drives the Stripe face of a sandbox with Stripe's own library: what it can't read, or takes for another type of error, fails here. So
// does every answer that does not fit the library's own declarations.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import Stripe from 'stripe';
import { faultsOf } from './schemas.mjs';

/** Checks each object of an answer. */
function fit(answer) {
  for (const object of answer.object === 'list' ? answer.data : [answer.error?.payment_intent ?? answer])
    assert.deepEqual(faultsOf(object.object === 'event' ? object.data.object : object), []);
}

const address = new URL(process.argv[2]);
const stripe = new Stripe(`sk_test_${process.argv[3]}`, {
  protocol: 'http', host: address.hostname, port: address.port, maxNetworkRetries: 0, telemetry: false,
  httpClient: Stripe.createFetchHttpClient(async (url, request) => {
    const answer = await fetch(url, request);
    fit(await answer.clone().json());
    return answer;
  }),
});

const events = [];
const receiver = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  events.push({ body, signature: request.headers['stripe-signature'] });
  response.writeHead(200).end();
});
await new Promise((resolve) => receiver.listen(0, '127.0.0.1', resolve));

async function heard(type, id) {
  for (let tries = 0; tries < 100; tries++) {
    const event = events.find(({ body }) => JSON.parse(body).type === type && JSON.parse(body).data.object.id === id);
    if (event) return event;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`No event ${type} came.`);
}

/** What a customer enters on the page of a Checkout session. */
async function entered(type, fields) {
  const opened = await stripe.checkout.sessions.create({
    mode: 'setup', payment_method_types: [type], customer_creation: 'always',
    success_url: 'https://shop.example/back', cancel_url: 'https://shop.example/back', metadata: { session: 'one' },
  });
  assert.equal(opened.status, 'open');
  const page = await fetch(opened.url, {
    method: 'POST', redirect: 'manual', body: new URLSearchParams({ name: 'Ada Nkemelu', mandate: 'true', ...fields }),
  });
  assert.equal(page.headers.get('location'), 'https://shop.example/back');
  const done = await stripe.checkout.sessions.retrieve(opened.id, { expand: ['setup_intent.payment_method', 'setup_intent.mandate'] });
  assert.equal(done.status, 'complete');
  const { status, payment_method: method, mandate } = done.setup_intent;
  assert.deepEqual([status, method.type, mandate?.status ?? null], ['succeeded', type, type === 'card' ? null : 'active']);
  assert.equal(method[type].last4, (fields.number ?? fields.iban ?? fields.account).slice(-4));
  return { payment_method: method.id, customer: done.customer };
}

const enteredCard = (number) => entered('card', { number, expiry: '12/40', code: '123' });

const charged = (card, more) => ({
  amount: 1000, currency: 'eur', ...card, payment_method_types: ['card'], capture_method: 'manual', confirm: true, off_session: true, ...more,
});

const endpoint = await stripe.webhookEndpoints.create({
  url: `http://127.0.0.1:${receiver.address().port}/`, enabled_events: ['payment_intent.succeeded', 'payment_intent.amount_capturable_updated'],
});
const card = await enteredCard('4242424242424242');

const once = { idempotencyKey: 'once' };
const intent = await stripe.paymentIntents.create(charged(card, { metadata: { attempt: 'a' } }), once);
assert.deepEqual([intent.status, intent.amount_capturable, intent.metadata.attempt], ['requires_capture', 1000, 'a']);
assert.equal((await stripe.paymentIntents.create(charged(card, { metadata: { attempt: 'a' } }), once)).id, intent.id);
await assert.rejects(stripe.paymentIntents.create(charged(card, { amount: 2000 }), once), { type: 'StripeIdempotencyError' });

const captured = await stripe.paymentIntents.capture(intent.id, { amount_to_capture: 700 });
assert.deepEqual([captured.status, captured.amount_received], ['succeeded', 700]);
await assert.rejects(stripe.paymentIntents.capture(intent.id), { type: 'StripeInvalidRequestError', code: 'payment_intent_unexpected_state' });
const refund = await stripe.refunds.create({ payment_intent: intent.id, amount: 300 });
assert.deepEqual([refund.status, refund.amount], ['succeeded', 300]);
assert.equal((await stripe.refunds.create({ payment_intent: intent.id })).amount, 400, 'without an amount, what is left');
await assert.rejects(stripe.refunds.create({ payment_intent: intent.id, amount: 1 }), { type: 'StripeInvalidRequestError' });

const poor = await enteredCard('4000000000009995');
await assert.rejects(
  stripe.paymentIntents.create(charged(poor)), { type: 'StripeCardError', code: 'card_declined', decline_code: 'insufficient_funds' });
await assert.rejects(
  stripe.paymentIntents.create(charged({ ...card, customer: poor.customer })), { type: 'StripeInvalidRequestError' },
  'the card is another customer\'s');

const voided = await stripe.paymentIntents.create(charged(card));
assert.equal((await stripe.paymentIntents.cancel(voided.id)).status, 'canceled');
assert.equal((await stripe.paymentIntents.retrieve(voided.id)).status, 'canceled');

const asked = await stripe.paymentIntents.create(
  charged(await enteredCard('4000000000003220'), { off_session: undefined, return_url: 'https://shop.example/back' }));
assert.equal(asked.status, 'requires_action');
await fetch(asked.next_action.redirect_to_url.url, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ approve: 'true' }) });
assert.equal((await stripe.paymentIntents.retrieve(asked.id)).status, 'requires_capture');

/** The intent once the bank has answered. */
async function decided(id) {
  for (let tries = 0; tries < 100; tries++) {
    const found = await stripe.paymentIntents.retrieve(id);
    if (found.status !== 'processing') return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('The bank gave no answer.');
}

const debited = (account, currency, type) => stripe.paymentIntents.create({
  amount: 2000, currency, ...account, payment_method_types: [type], capture_method: 'automatic',
});
const sepa = await debited(await entered('sepa_debit', { iban: 'DE02 1203 0000 0000 2020 51'.replaceAll(' ', '') }), 'eur', 'sepa_debit');
assert.deepEqual([sepa.status, sepa.latest_charge], ['requires_confirmation', null]);
assert.equal((await stripe.paymentIntents.update(sepa.id, { amount: 1500, metadata: { capture: 'b' } })).amount, 1500);
assert.equal((await stripe.paymentIntents.confirm(sepa.id, { off_session: true })).status, 'processing');
await assert.rejects(stripe.paymentIntents.cancel(sepa.id), { code: 'payment_intent_unexpected_state' });
const paid = await decided(sepa.id);
assert.deepEqual([paid.status, paid.amount_received, paid.metadata.capture], ['succeeded', 1500, 'b']);
const bacs = await debited(await entered('bacs_debit', { sort_code: '20-00-00', account: '55770002' }), 'gbp', 'bacs_debit');
await stripe.paymentIntents.confirm(bacs.id);
const refused = await decided(bacs.id);
assert.deepEqual([refused.status, refused.last_payment_error.code], ['requires_payment_method', 'insufficient_funds']);

// The client's own id of a request is its idempotency key, and disputes are opened at the sandbox itself.
const sold = await stripe.paymentIntents.create(charged(card), { idempotencyKey: '0198b1c2-0000-8000-8000-000000000042' });
await stripe.paymentIntents.capture(sold.id);
await fetch(new URL('/v1/disputes', address), {
  method: 'POST', headers: { authorization: `Bearer sk_test_${process.argv[3]}`, 'content-type': 'application/json' },
  body: JSON.stringify({ id: 'objection', authorisation: '0198b1c2-0000-8000-8000-000000000042', kind: 'chargeback', fee_minor: 1500 }),
});
const report = (await stripe.events.list({ types: ['charge.dispute.created'] })).data[0];
const dispute = await stripe.disputes.retrieve(report.data.object.id);
assert.deepEqual([dispute.payment_intent.id ?? dispute.payment_intent, dispute.amount, dispute.status], [sold.id, 1000, 'needs_response']);

const payout = await stripe.payouts.create({ currency: 'eur' });
const moved = [];
for await (const one of stripe.balanceTransactions.list({ payout: payout.id, limit: 2 })) moved.push(one);
const sum = (list) => list.reduce((total, one) => total + one.net, 0);
assert.deepEqual([sum(moved), sum(moved.filter((one) => one.type === 'payout'))], [0, -payout.amount]);
assert.deepEqual(new Set(moved.map((one) => one.type)), new Set(['charge', 'payment', 'refund', 'adjustment', 'payout']));
assert.deepEqual((await stripe.payouts.list({ status: 'paid' })).data.map((one) => one.id), [payout.id]);
assert.equal((await stripe.payouts.create({ currency: 'eur' })).amount, 0, 'all is paid out');

const all = [];
for await (const one of stripe.paymentIntents.list({ limit: 2 })) all.push(one.id);
assert.equal(new Set(all).size, all.length);
assert.ok(all.includes(intent.id) && all.includes(asked.id), 'the list has pages');

const event = await heard('payment_intent.succeeded', intent.id);
const read = stripe.webhooks.constructEvent(event.body, event.signature, endpoint.secret);
assert.equal(read.data.object.id, intent.id);
assert.notDeepEqual(faultsOf({ ...read.data.object, amount: undefined }), [], 'a member that is missing is found');
assert.throws(() => stripe.webhooks.constructEvent(event.body, event.signature, 'whsec_of_another'), { type: 'StripeSignatureVerificationError' });
receiver.close();

// A body that the library signs, for our own reader.
console.log(JSON.stringify({
  secret: endpoint.secret, body: event.body,
  signature: stripe.webhooks.generateTestHeaderString({ payload: event.body, secret: endpoint.secret }),
}));
