import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPayment, Server } from '../src/frame/server';
import { readSession } from '../src/frame/session';

const session = {
  status: 'open', amount: { amount: 55.5, currency: 'EUR' }, merchant: 'Demo Company', choices: ['CREDIT_CARD', 'TWINT', 'CASH'],
  expiresAt: '2026-11-20T12:00:00Z',
};

const none = async () => undefined;

function answering(...answers: (Response | undefined)[]) {
  const asked: { path: string; headers: Record<string, string> }[] = [];
  const ask = async (path: unknown, init?: RequestInit) => {
    asked.push({ path: String(path), headers: init?.headers as Record<string, string> });
    const answer = answers.shift();
    if (!answer) throw new TypeError('Failed to fetch');
    return answer;
  };
  return { asked, server: new Server('us_token', ask as typeof fetch, none) };
}

const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status });

test('a session is read, without the choices that are not known here', () => {
  const read = readSession({
    ...session, instruments: [{ id: 'a', choice: 'CREDIT_CARD', label: 'Visa' }, { id: 'b' }], redirectTo: 'javascript:x',
  });
  assert.deepEqual(read?.choices, ['CREDIT_CARD', 'CASH']);
  assert.deepEqual(read?.instruments, [{ id: 'a', choice: 'CREDIT_CARD', label: 'Visa', mayAutopay: false }]);
  assert.deepEqual(read?.autopay, {});
  assert.deepEqual(read?.creditor, { name: 'Demo Company' });
  assert.deepEqual(read?.pages, []);
  assert.equal(read?.mayOfferWallets, false);
  assert.deepEqual(readSession({ ...session, status: 'entering', pages: ['CREDIT_CARD', 'TWINT'] })?.pages, ['CREDIT_CARD']);
  assert.equal(read?.redirectTo, undefined);
  assert.equal(readSession({ ...session, status: 'odd' }), undefined);
  assert.equal(readSession({ ...session, amount: { amount: '55', currency: 'EUR' } }), undefined);
});

test('the colour of the merchant is read whole, or not at all', () => {
  const look = { light: '#0b5cad', 'on-light': '#ffffff', dark: '#4a90d9', 'on-dark': '#000000' };
  const read = readSession({ ...session, logo: 'a1b2', look: { ...look, more: 'red' } });
  assert.deepEqual(read?.look, look);
  assert.equal(read?.logo, 'a1b2');
  assert.equal(readSession({ ...session, look: { ...look, dark: 'url(https://elsewhere.example/)' } })?.look, undefined);
  assert.equal(readSession(session)?.look, undefined);
});

test('a logo that does not come is none', async () => {
  const { asked, server } = answering(new Response('<svg/>', { headers: { 'Content-Type': 'image/svg+xml' } }), json(404, {}), undefined);
  assert.equal((await server.logo('a1/b2'))?.type, 'image/svg+xml');
  assert.equal(await server.logo('a1'), undefined);
  assert.equal(await server.logo('a1'), undefined);
  assert.deepEqual(asked[0], { path: '/widget/session/logo?a1%2Fb2', headers: { Authorization: 'Bearer us_token' } });
});

test('the token goes into the header and nowhere else', async () => {
  const { asked, server } = answering(json(200, session));
  assert.equal((await server.session()).kind, 'session');
  assert.deepEqual(asked, [{ path: '/widget/session', headers: { Accept: 'application/json', Authorization: 'Bearer us_token' } }]);
});

test('a payment is sent again under the same key when the network or the server breaks', async () => {
  const { asked, server } = answering(undefined, json(502, {}), json(200, { status: 'ready', paymentRequestToken: 'prt_1', details: {} }));
  assert.deepEqual(await server.pay({ instrument: 'a' }, 'key-1'), {
    kind: 'ready', outcome: { paymentRequestToken: 'prt_1', details: {} },
  });
  assert.deepEqual(asked.map((one) => one.headers['Idempotency-Key']), ['key-1', 'key-1', 'key-1']);
});

test('a payment that was refused is not sent again', async () => {
  const { asked, server } = answering(json(402, { code: 'declined' }));
  assert.deepEqual(await server.pay({ instrument: 'a' }, 'key-1'), { kind: 'refused', code: 'declined' });
  assert.equal(asked.length, 1);
});

test('giving up answers with the session, or that it is in progress', async () => {
  const { asked, server } = answering(json(200, { ...session, failure: 'given_up' }), json(409, { code: 'in_progress' }), json(401, {}));
  const answer = await server.giveUp();
  assert.equal(answer.kind === 'session' && answer.session.failure, 'given_up');
  assert.deepEqual(await server.giveUp(), { kind: 'in progress' });
  assert.deepEqual(await server.giveUp(), { kind: 'invalid' });
  assert.deepEqual(new Set(asked.map((one) => one.path)), new Set(['/widget/session/payment']));
});

test('after three tries nobody knows', async () => {
  const { asked, server } = answering();
  assert.equal((await server.pay({ instrument: 'a' }, 'key-1')).kind, 'unreachable');
  assert.equal(asked.length, 3);
});

test('each answer of the contract is understood', () => {
  assert.deepEqual(readPayment(200, { status: 'pending', redirectTo: 'https://bank.example/' }), {
    kind: 'pending', redirectTo: 'https://bank.example/',
  });
  assert.deepEqual(readPayment(200, { status: 'pending' }), { kind: 'pending' });
  assert.deepEqual(readPayment(200, { status: 'ready' }), { kind: 'unreachable' });
  assert.deepEqual(readPayment(409, { code: 'in_progress' }), { kind: 'in progress' });
  assert.deepEqual(readPayment(409, { code: 'claimed' }), { kind: 'claimed' });
  assert.deepEqual(readPayment(409, { code: 'refused' }), { kind: 'refused', code: 'refused' });
  assert.deepEqual(readPayment(410, { code: 'used' }), { kind: 'used' });
  assert.deepEqual(readPayment(410, { code: 'expired' }), { kind: 'expired' });
  assert.deepEqual(readPayment(401, {}), { kind: 'invalid' });
  assert.deepEqual(readPayment(503, { code: 'unavailable' }), { kind: 'unavailable' });
  assert.deepEqual(readPayment(422, { fields: [{ field: 'card.number', code: 'invalid' }, 7] }), {
    kind: 'fields', fields: [{ field: 'card.number', code: 'invalid' }],
  });
  assert.deepEqual(readPayment(422, { code: 'instrument_unknown' }), { kind: 'refused', code: 'instrument_unknown' });
  assert.deepEqual(readPayment(400, { code: 'body_broken' }), { kind: 'fields', fields: [] });
  assert.deepEqual(readPayment(500, undefined), { kind: 'unreachable' });
});
