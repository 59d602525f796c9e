// Drives the Stripe face of a sandbox with Stripe's own library: what it can't read, or takes for another type of error, fails here.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import Stripe from 'stripe';

// Of stripe/openapi (MIT), openapi/fixtures3.json: an object of each kind.
const fixtures = JSON.parse(readFileSync(new URL('objects.json', import.meta.url), 'utf8'));

// Members of the pinned version of the API that the fixtures, of a later one, have no more.
const older = ['invoice', 'shipping_details'];
// Members that later versions brought.
const newer = [
  'adaptive_pricing', 'allow_redisplay', 'balance_type', 'enhanced_eligibility_types', 'payout_method', 'trace_id', 'collected_information', 'customer_account', 'destination_details', 'discounts',
  'excluded_payment_method_types', 'integration_identifier', 'managed_payments', 'origin_context', 'permissions', 'refund.customer',
  'refund.payment_method', 'wallet_options',
];

const kindOf = (value) => (Array.isArray(value) ? 'array' : typeof value);

/** Checks that an answer has the members of Stripe's object, each of its kind. */
function fitting(object) {
  const fixture = fixtures[object.object];
  for (const [name, value] of Object.entries(object)) {
    if (older.includes(name)) continue;
    assert.ok(name in fixture, `${object.object} has no ${name}`);
    if (value !== null && fixture[name] !== null) assert.equal(kindOf(value), kindOf(fixture[name]), `${object.object}.${name}`);
  }
  for (const name of Object.keys(fixture))
    assert.ok(name in object || newer.includes(name) || newer.includes(`${object.object}.${name}`), `${object.object} lacks ${name}`);
  return object;
}

const address = new URL(process.argv[2]);
const stripe = new Stripe(`sk_test_${process.argv[3]}`, {
  protocol: 'http', host: address.hostname, port: address.port, maxNetworkRetries: 0, telemetry: false,
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

/** A card that a customer enters on the page of a Checkout session. */
async function entered(number) {
  const opened = fitting(await stripe.checkout.sessions.create({
    mode: 'setup', payment_method_types: ['card'], customer_creation: 'always',
    success_url: 'https://shop.example/back', cancel_url: 'https://shop.example/back', metadata: { session: 'one' },
  }));
  assert.equal(opened.status, 'open');
  const page = await fetch(opened.url, {
    method: 'POST', redirect: 'manual', body: new URLSearchParams({ number, expiry: '12/40', code: '123', name: 'Ada Nkemelu' }),
  });
  assert.equal(page.headers.get('location'), 'https://shop.example/back');
  const done = await stripe.checkout.sessions.retrieve(opened.id, { expand: ['setup_intent.payment_method'] });
  assert.equal(done.status, 'complete');
  fitting(fitting(done.setup_intent).payment_method);
  assert.equal(done.setup_intent.status, 'succeeded');
  assert.equal(done.setup_intent.payment_method.card.last4, number.slice(-4));
  return { payment_method: done.setup_intent.payment_method.id, customer: done.customer };
}

const charged = (card, more) => ({
  amount: 1000, currency: 'eur', ...card, payment_method_types: ['card'], capture_method: 'manual', confirm: true, off_session: true, ...more,
});

const endpoint = await stripe.webhookEndpoints.create({
  url: `http://127.0.0.1:${receiver.address().port}/`, enabled_events: ['payment_intent.succeeded', 'payment_intent.amount_capturable_updated'],
});
const card = await entered('4242424242424242');

const once = { idempotencyKey: 'once' };
const intent = fitting(await stripe.paymentIntents.create(charged(card, { metadata: { attempt: 'a' } }), once));
assert.deepEqual([intent.status, intent.amount_capturable, intent.metadata.attempt], ['requires_capture', 1000, 'a']);
assert.equal((await stripe.paymentIntents.create(charged(card, { metadata: { attempt: 'a' } }), once)).id, intent.id);
await assert.rejects(stripe.paymentIntents.create(charged(card, { amount: 2000 }), once), { type: 'StripeIdempotencyError' });

const captured = await stripe.paymentIntents.capture(intent.id, { amount_to_capture: 700 });
assert.deepEqual([captured.status, captured.amount_received], ['succeeded', 700]);
await assert.rejects(stripe.paymentIntents.capture(intent.id), { type: 'StripeInvalidRequestError', code: 'payment_intent_unexpected_state' });
const refund = fitting(await stripe.refunds.create({ payment_intent: intent.id, amount: 300 }));
assert.deepEqual([refund.status, refund.amount], ['succeeded', 300]);
assert.equal((await stripe.refunds.create({ payment_intent: intent.id })).amount, 400, 'without an amount, what is left');
await assert.rejects(stripe.refunds.create({ payment_intent: intent.id, amount: 1 }), { type: 'StripeInvalidRequestError' });

const poor = await entered('4000000000009995');
await assert.rejects(
  stripe.paymentIntents.create(charged(poor)), { type: 'StripeCardError', code: 'card_declined', decline_code: 'insufficient_funds' });
await assert.rejects(
  stripe.paymentIntents.create(charged({ ...card, customer: poor.customer })), { type: 'StripeInvalidRequestError' },
  'the card is another customer\'s');

const voided = await stripe.paymentIntents.create(charged(card));
assert.equal((await stripe.paymentIntents.cancel(voided.id)).status, 'canceled');
assert.equal((await stripe.paymentIntents.retrieve(voided.id)).status, 'canceled');

const asked = fitting(await stripe.paymentIntents.create(
  charged(await entered('4000000000003220'), { off_session: undefined, return_url: 'https://shop.example/back' })));
assert.equal(asked.status, 'requires_action');
await fetch(asked.next_action.redirect_to_url.url, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ approve: 'true' }) });
assert.equal((await stripe.paymentIntents.retrieve(asked.id)).status, 'requires_capture');

// The client's own id of a request is its idempotency key, and disputes are opened at the sandbox itself.
const sold = await stripe.paymentIntents.create(charged(card), { idempotencyKey: '0198b1c2-0000-8000-8000-000000000042' });
await stripe.paymentIntents.capture(sold.id);
await fetch(new URL('/v1/disputes', address), {
  method: 'POST', headers: { authorization: `Bearer sk_test_${process.argv[3]}`, 'content-type': 'application/json' },
  body: JSON.stringify({ id: 'objection', authorisation: '0198b1c2-0000-8000-8000-000000000042', kind: 'chargeback', fee_minor: 1500 }),
});
const told = fitting((await stripe.events.list({ types: ['charge.dispute.created'] })).data[0]);
const dispute = fitting(await stripe.disputes.retrieve(told.data.object.id));
assert.deepEqual([dispute.payment_intent.id ?? dispute.payment_intent, dispute.amount, dispute.status], [sold.id, 1000, 'needs_response']);

const payout = fitting(await stripe.payouts.create({ currency: 'eur' }));
const moved = [];
for await (const one of stripe.balanceTransactions.list({ payout: payout.id, limit: 2 })) moved.push(fitting(one));
const sum = (list) => list.reduce((total, one) => total + one.net, 0);
assert.deepEqual([sum(moved), sum(moved.filter((one) => one.type === 'payout'))], [0, -payout.amount]);
assert.deepEqual(new Set(moved.map((one) => one.type)), new Set(['charge', 'refund', 'adjustment', 'payout']));
assert.deepEqual((await stripe.payouts.list({ status: 'paid' })).data.map((one) => one.id), [payout.id]);
assert.equal((await stripe.payouts.create({ currency: 'eur' })).amount, 0, 'all is paid out');

const all = [];
for await (const one of stripe.paymentIntents.list({ limit: 2 })) all.push(one.id);
assert.equal(new Set(all).size, all.length);
assert.ok(all.includes(intent.id) && all.includes(asked.id), 'the list has pages');

const event = await heard('payment_intent.succeeded', intent.id);
const read = fitting(stripe.webhooks.constructEvent(event.body, event.signature, endpoint.secret));
assert.equal(fitting(read.data.object).id, intent.id);
assert.throws(() => stripe.webhooks.constructEvent(event.body, event.signature, 'whsec_of_another'), { type: 'StripeSignatureVerificationError' });
receiver.close();

// What the library signs, for our own reader.
console.log(JSON.stringify({
  secret: endpoint.secret, body: event.body,
  signature: stripe.webhooks.generateTestHeaderString({ payload: event.body, secret: endpoint.secret }),
}));
