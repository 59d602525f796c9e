import assert from 'node:assert/strict';
import { test } from 'node:test';
import { publicIdOf, readToFrame, readToLoader } from '../src/shared/messages';

const start = {
  type: 'start', token: 'us_x', environment: 'test', countryCode: 'DE', locale: 'de', returnUrl: 'https://shop.example/',
  styling: { primaryColor: '#123456', borderRadius: 4 }, texts: { 'upc.pay': 'Go', other: 1 }, customerData: { name: 'Ann', email: null },
};

test('a start is read for what it must be, and the rest of it for what it is', () => {
  const read = readToFrame({ ...start, unknown: true });
  assert.equal(read?.type, 'start');
  assert.deepEqual(read, {
    ...start, styling: { primaryColor: '#123456' }, texts: { 'upc.pay': 'Go' }, customerData: { name: 'Ann' },
    hideHeading: false, hidePaymentButton: false, showsKeys: false,
  });
  for (const missing of ['token', 'environment', 'countryCode', 'locale', 'returnUrl'])
    assert.equal(readToFrame({ ...start, [missing]: undefined }), undefined, missing);
  assert.equal(readToFrame({ ...start, environment: 'production' }), undefined);
});

test('what is no message of ours is none', () => {
  for (const other of [undefined, null, 0, '', 'start', [], {}, { type: 'submit' }, { type: 'submit', id: 1.5 }, { type: 'webpackOk' }]) {
    assert.equal(readToFrame(other), undefined);
    assert.equal(readToLoader(other), undefined);
  }
});

test('the loader navigates to web addresses only', () => {
  assert.deepEqual(readToLoader({ type: 'redirect', address: 'https://bank.example/3ds' }), {
    type: 'redirect', address: 'https://bank.example/3ds',
  });
  for (const address of ['javascript:alert(1)', 'data:text/html,x', '/relative', '', 7])
    assert.equal(readToLoader({ type: 'redirect', address }), undefined);
});

test('a height is a number that a form can have', () => {
  assert.deepEqual(readToLoader({ type: 'height', height: 480 }), { type: 'height', height: 480 });
  for (const height of [-1, Number.NaN, Number.POSITIVE_INFINITY, 1e9, '480px'])
    assert.equal(readToLoader({ type: 'height', height }), undefined);
});

test('a changed session is said without more', () => {
  assert.deepEqual(readToLoader({ type: 'changed', other: 1 }), { type: 'changed' });
});

test('a success has a token', () => {
  assert.deepEqual(readToLoader({ type: 'success', paymentRequestToken: 'prt_1', details: { cash: {} }, instrumentToken: 'pit_1' }), {
    type: 'success', paymentRequestToken: 'prt_1', details: { cash: {} }, instrumentToken: 'pit_1',
  });
  assert.equal(readToLoader({ type: 'success' }), undefined);
});

test('a submission fails with a code or not at all', () => {
  assert.deepEqual(readToLoader({ type: 'submitted', id: 1 }), { type: 'submitted', id: 1 });
  assert.deepEqual(readToLoader({ type: 'submitted', id: 1, failure: { code: 'declined' } }), {
    type: 'submitted', id: 1, failure: { code: 'declined', message: 'declined' },
  });
});

test('the public id is a part of the token that its secret cannot be told from', () => {
  const token = `us_${'a'.repeat(32)}${'b'.repeat(43)}`;
  assert.equal(publicIdOf(token), 'a'.repeat(32));
  assert.equal(publicIdOf('other'), '');
});
