import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfiguration } from '../src/loader/configuration';

const container = { nodeType: 1 } as unknown as HTMLElement;
const find = (id: string) => (id === 'here' ? container : null);
const complete = { userSessionToken: 'us_x', environment: 'test', countryCode: 'DE', locale: 'de', container: 'here' };

test('a complete configuration is read', () => {
  const styling = { stripe: { appearance: { theme: 'night', variables: { colorPrimary: '#fff' } } } };
  const read = readConfiguration({ ...complete, i18n: { 'upc.pay': 'Go' }, devMode: true, styling }, find);
  assert.equal(read.container, container);
  assert.deepEqual(read.texts, { 'upc.pay': 'Go' });
  assert.ok(read.showsKeys);
  assert.deepEqual(read.styling.appearance, { theme: 'night', variables: { colorPrimary: '#fff' } });
  assert.doesNotThrow(() => read.onSuccess('prt'));
});

test('each required parameter is missed by its name', () => {
  for (const name of Object.keys(complete)) {
    assert.throws(() => readConfiguration({ ...complete, [name]: undefined }, find), {
      message: `paymentWidget.init: missing required parameter: ${name}`,
    });
    assert.throws(() => readConfiguration({ ...complete, [name]: '' }, find), /missing required parameter/);
  }
  assert.throws(() => readConfiguration(undefined, find), /configuration object is required/);
});

test('an environment is one of three', () => {
  assert.throws(() => readConfiguration({ ...complete, environment: 'production' }, find), /invalid environment: production/);
});

test('a container is an element or the id of one', () => {
  assert.equal(readConfiguration({ ...complete, container }, find).container, container);
  for (const wrong of ['nowhere', {}, 7])
    assert.throws(() => readConfiguration({ ...complete, container: wrong }, find), /container not found/);
});

test('a callback is a function', () => {
  assert.throws(() => readConfiguration({ ...complete, onSuccess: 'done' }, find), /onSuccess must be a function/);
});
