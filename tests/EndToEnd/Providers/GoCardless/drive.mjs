// Drives the GoCardless face of a sandbox with GoCardless's own library: what it can't read, or takes for another error, fails here.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { GoCardlessClient } from 'gocardless-nodejs';
import * as webhooks from 'gocardless-nodejs/webhooks';

// An object of each kind, of GoCardless's own clients' tests; the file names its source.
const fixtures = JSON.parse(readFileSync(new URL('objects.json', import.meta.url), 'utf8'));

const kindOf = (value) => (Array.isArray(value) ? 'array' : typeof value);

/** Checks that an object has no member that GoCardless's has not, and each of its kind. */
function fitting(resource, object, known = fixtures[resource]) {
  for (const [name, value] of Object.entries(object)) {
    if (name === '__response__') continue;
    assert.ok(name in known, `${resource} has no ${name}`);
    if (value === null || known[name] === null) continue;
    assert.equal(kindOf(value), kindOf(known[name]), `${resource}.${name}`);
    if (name === 'links' || name === 'resources') fitting(`${resource}.${name}`, value, known[name]);
  }
  return object;
}

const [, , address, account] = process.argv;
const token = `sandbox_${account}`;
const client = new GoCardlessClient(token, 'https://api-sandbox.gocardless.com', { raiseOnIdempotencyConflict: false });
// The library knows GoCardless's two hosts alone.
client._api._baseUrl = address;

const batches = [];
const receiver = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  batches.push({ body, signature: request.headers['webhook-signature'] });
  response.writeHead(204).end();
});
await new Promise((resolve) => receiver.listen(0, '127.0.0.1', resolve));
const { secret } = await (await fetch(`${address}/webhook_endpoints`, {
  method: 'POST', body: JSON.stringify({ url: `http://127.0.0.1:${receiver.address().port}/` }),
  headers: { authorization: `Bearer ${token}`, 'gocardless-version': '2015-07-06', 'content-type': 'application/json' },
})).json();

async function heard(action, link, name) {
  for (let tries = 0; tries < 100; tries++) {
    const batch = batches.find(({ body }) => JSON.parse(body).events.some((event) => event.action === action && event.links[link] === name));
    if (batch) return batch;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`No event ${action} of ${name} came.`);
}

async function until(ask, status) {
  for (let tries = 0; tries < 100; tries++) {
    const one = await ask();
    if (one.status === status) return one;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`It is not ${status}.`);
}

/** A mandate that a customer gives on the page of a billing request. */
async function given(number) {
  const request = fitting('billing_requests', await client.billingRequests.create({
    mandate_request: { scheme: 'sepa_core', currency: 'EUR' }, metadata: { session: 'one' },
  }));
  assert.equal(request.status, 'pending');
  const flow = fitting('billing_request_flows', await client.billingRequestFlows.create({
    redirect_uri: 'https://shop.example/back', exit_uri: 'https://shop.example/back', links: { billing_request: request.id },
  }));
  const page = await fetch(flow.authorisation_url, {
    method: 'POST', redirect: 'manual', body: new URLSearchParams({ number, name: 'Ada Nkemelu' }),
  });
  assert.equal(page.headers.get('location'), 'https://shop.example/back');
  const done = fitting('billing_requests', await client.billingRequests.find(request.id));
  assert.equal(done.status, 'fulfilled');
  assert.equal(done.resources.customer_bank_account.account_number_ending, number.slice(-2));
  return fitting('mandates', await client.mandates.find(done.links.mandate_request_mandate));
}

assert.equal((await client.creditors.list({ limit: '1' })).creditors.length, 1);
const mandate = await given('DE02120300000000202051');
assert.deepEqual([mandate.status, mandate.scheme], ['active', 'sepa_core']);

const asked = { amount: 1000, currency: 'EUR', links: { mandate: mandate.id }, metadata: { attempt: 'a' } };
const payment = fitting('payments', await client.payments.create(asked, 'once'));
assert.deepEqual([payment.status, payment.amount, payment.metadata.attempt], ['pending_submission', 1000, 'a']);
assert.equal((await client.payments.create(asked, 'once')).id, payment.id, 'a conflict leads to the same payment');
await assert.rejects(client.payments.create({ ...asked, currency: 'GBP' }, 'other'), { errorType: 'validation_failed' });
await assert.rejects(
  client.payments.create({ ...asked, metadata: { a: '1', b: '2', c: '3', d: '4' } }, 'four'), { errorType: 'validation_failed' });

const voided = await client.payments.create(asked, 'void');
assert.equal((await client.payments.cancel(voided.id, {})).status, 'cancelled');
await assert.rejects(client.payments.cancel(voided.id, {}), { errorType: 'invalid_state' });

assert.equal((await client.payments.update(payment.id, { metadata: { attempt: 'a', capture: 'c' } })).metadata.capture, 'c');
await until(() => client.payments.find(payment.id), 'confirmed');
await assert.rejects(client.payments.cancel(payment.id, {}), { errorType: 'invalid_state' });

const refund = fitting('refunds', await client.refunds.create(
  { amount: 300, total_amount_confirmation: 300, links: { payment: payment.id } }, 'refund'));
assert.deepEqual([refund.status, refund.amount], ['paid', 300]);
await assert.rejects(
  client.refunds.create({ amount: 100, total_amount_confirmation: 100, links: { payment: payment.id } }, 'sum'), { errorType: 'invalid_state' });
await assert.rejects(
  client.refunds.create({ amount: 800, total_amount_confirmation: 1100, links: { payment: payment.id } }, 'more'),
  { errorType: 'validation_failed' });
assert.equal((await client.payments.find(payment.id)).amount_refunded, 300);

await client.scenarioSimulators.run('payment_paid_out', { links: { resource: payment.id } });
assert.equal((await client.payments.find(payment.id)).status, 'paid_out');
const [payout] = (await client.payouts.list({ status: 'paid' })).payouts.map((one) => fitting('payouts', one));
const items = [];
for await (const one of client.payoutItems.all({ payout: payout.id, limit: '2' })) items.push(one);
items.forEach((one) => fitting('payout_items', one, fixtures.payout_items_list.payout_items[0]));
assert.equal(Math.trunc(items.reduce((sum, one) => sum + Number(one.amount), 0)), payout.amount);
assert.deepEqual(new Set(items.map((one) => one.type)), new Set(['payment_paid_out', 'gocardless_fee', 'payment_refunded']));

await client.scenarioSimulators.run('payment_late_failure', { links: { resource: payment.id } });
assert.equal((await client.payments.find(payment.id)).status, 'failed');
const report = (await client.events.list({ payment: payment.id })).events;
report.forEach((one) => fitting('events', one, fixtures.events_list.events[0]));
assert.deepEqual(report.map((one) => one.action), ['failed', 'paid_out', 'confirmed', 'submitted', 'created'], 'the newest first');

assert.equal((await client.mandates.cancel(mandate.id, {})).status, 'cancelled');
await assert.rejects(client.payments.create(asked, 'inactive'), { errorType: 'invalid_state' });
await assert.rejects(client.payments.find('PM0000'), { errorType: 'invalid_api_usage' });

const all = [];
for await (const one of client.payments.all({ limit: '1' })) all.push(one.id);
assert.deepEqual(all, [voided.id, payment.id], 'the list has pages');

const batch = await heard('failed', 'payment', payment.id);
assert.ok(webhooks.parse(batch.body, secret, batch.signature).length > 0);
assert.throws(() => webhooks.parse(batch.body, 'another', batch.signature), { name: 'InvalidSignatureError' });
receiver.close();
console.log(JSON.stringify({ secret, body: batch.body, signature: batch.signature }));
