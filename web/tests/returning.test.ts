import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusalOf } from '../src/frame/refusals';
import { returnAddressOf } from '../src/loader/returning';

test('a customer comes back to the page, without what only the page understands', () => {
  assert.equal(returnAddressOf('https://shop.example/pay/'), 'https://shop.example/pay/');
  assert.equal(returnAddressOf(`https://shop.example:8443/pay?member=7&note=${'x'.repeat(3_000)}#top`), 'https://shop.example:8443/pay');
  assert.equal(returnAddressOf(`https://shop.example/${'x'.repeat(2_000)}`), 'https://shop.example/');
});

test('a page without an address of its own has no way back, and the customer is told', () => {
  for (const page of ['about:srcdoc', 'data:text/html,x', 'file:///pay.html', 'blob:https://shop.example/1', ''])
    assert.equal(returnAddressOf(page), '', page);
  assert.equal(refusalOf('not_confirmed', false), 'upc.error.no.return');
  assert.equal(refusalOf('not_confirmed', true), 'upc.error.not_confirmed');
});
