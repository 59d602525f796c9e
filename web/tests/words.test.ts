import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Words } from '../src/frame/texts/words';

test('words are in the language of the locale, and English where it is not built in', () => {
  assert.equal(new Words('de-AT', 'AT').say('upc.save'), 'Speichern');
  assert.equal(new Words('hu', 'HU').say('upc.save'), 'Save');
  assert.equal(new Words('hu', 'HU').language, 'en');
});

test('texts of the page win, and keys are shown on demand', () => {
  assert.equal(new Words('en', 'GB', { 'upc.save': 'Keep' }).say('upc.save'), 'Keep');
  assert.equal(new Words('en', 'GB', { 'upc.save': 'Keep' }, true).say('upc.save'), 'upc.save');
});

test('values are put in, and nothing else is', () => {
  assert.equal(new Words('en', 'GB').say('upc.pay', { amount: '€55.50' }), 'Pay €55.50');
  assert.equal(new Words('en', 'GB', { 'upc.pay': '{amount} {other}' }).say('upc.pay', { amount: '$1' }), '$1 {other}');
});

test('amounts are written as on the page around them where it names a language alone', () => {
  const written = (language: string, amount: number, currency: string): string =>
    new Words(language, 'CH').amount(amount, currency).replace(/\s/g, ' ');
  for (const language of ['de', 'en', 'es', 'fr', 'it', 'nl']) assert.equal(written(language, 1278.9, 'CHF'), 'CHF 1’278.90');
  assert.equal(written('es', 1278.9, 'EUR'), '1.278,90 €');
  assert.equal(written('nl', 1278.9, 'EUR'), '€ 1.278,90');
  assert.equal(written('fr', 1234567.5, 'EUR'), '1 234 567,50 €');
});

test('amounts are written as in the country that the locale names', () => {
  assert.equal(new Words('en', 'GB').amount(55.5, 'EUR'), '€55.50');
  assert.equal(new Words('de', 'DE').amount(1240.05, 'EUR').replace(/\s/g, ' '), '1.240,05 €');
  assert.match(new Words('de-CH', '').amount(1240.05, 'CHF'), /^CHF\s1[’']240\.05$/);
  assert.equal(new Words('not a locale', '').amount(1, 'EUR').includes('1'), true);
  assert.equal(new Words('en', 'GB').amount(55.5, 'GBP'), '£55.50');
  assert.equal(new Words('en', 'GB').amount(1, 'nonsense'), '1.00 nonsense');
});
