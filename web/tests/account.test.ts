import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  checkAccountNumber,
  checkBic,
  checkEmail,
  checkHolder,
  checkIban,
  checkSortCode,
  ibanGrouping,
  ibanPattern,
  mayNeedBic,
} from '../src/frame/fields/account';

test('an IBAN is right if its country, its length and its check digits are', () => {
  for (const iban of [
    'DE02 1203 0000 0000 2020 51',
    'de89370400440532013000',
    'GB29NWBK60161331926819',
    'MT84MALT011000012345MTLCAST001S',
    'NO9386011117947',
    'CH9300762011623852957',
  ])
    assert.equal(checkIban(iban, false), undefined, iban);
  assert.equal(checkIban('', false), 'upc.error.required');
  assert.equal(checkIban('DE02 1203 0000 0000 2020 52', false), 'upc.error.iban');
  assert.equal(checkIban('DE02 1203', false), 'upc.error.iban.incomplete');
  assert.equal(checkIban('BR1800360305000010009795493C1', false), 'upc.error.iban.country');
  assert.equal(checkIban('12345', false), 'upc.error.iban');
});

test('a Swiss debit takes accounts of Switzerland and Liechtenstein', () => {
  assert.equal(checkIban('CH93 0076 2011 6238 5295 7', true), undefined);
  assert.equal(checkIban('LI21 0881 0000 2324 013A A', true), undefined);
  assert.equal(checkIban('DE02120300000000202051', true), 'upc.error.iban.swiss');
});

test('an IBAN is written in fours and capitals, and no longer than its country has it', () => {
  const grouping = ibanGrouping('de0212030000000020205199');
  assert.equal(grouping.limit, 22);
  assert.equal(grouping.write('de02120300'), 'DE02 1203 00');
});

test('an IBAN of the customer’s country is shown, and a German one where there is none', () => {
  assert.equal(ibanPattern('CH'), 'CH00 0000 0000 0000 0000 0');
  assert.equal(ibanPattern('US'), ibanPattern('DE'));
});

test('a BIC is optional, and asked for only where a bank may want it', () => {
  assert.equal(checkBic(''), undefined);
  assert.equal(checkBic('BYLADEM1001'), undefined);
  assert.equal(checkBic('UBSWCHZH80A'), undefined);
  assert.equal(checkBic('BYLADEM10'), 'upc.error.bic');
  assert.ok(mayNeedBic('GB29'));
  assert.ok(!mayNeedBic('DE02'));
});

test('a British account has a sort code of 6 and a number of 8 digits', () => {
  assert.equal(checkSortCode('10-88-00'), undefined);
  assert.equal(checkSortCode('10-88'), 'upc.error.sort.code');
  assert.equal(checkAccountNumber('00012345'), undefined);
  assert.equal(checkAccountNumber('1234567'), 'upc.error.account.number');
});

test('a name is no number', () => {
  assert.equal(checkHolder('Ann-Marie O’Neill 3rd'), undefined);
  assert.equal(checkHolder('李小龍'), undefined);
  assert.equal(checkHolder('  '), 'upc.error.required');
  assert.equal(checkHolder('4242 4242 4242 4242'), 'upc.error.holder');
  assert.equal(checkHolder('Ann 4242 4242 4242 4242'), 'upc.error.holder');
});

test('an email address has a name and a host', () => {
  assert.equal(checkEmail('ann@example.com'), undefined);
  for (const wrong of ['ann', 'ann@', 'ann@example', 'a n@example.com', 'ann@example..com'])
    assert.equal(checkEmail(wrong), 'upc.error.email', wrong);
});
