import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkCode, checkExpiry, checkNumber, expiryGrouping, numberGrouping, schemeNamed, schemeOfNumber } from '../src/frame/fields/card';

test('a number tells its scheme from its first digits', () => {
  const schemes = {
    '4': 'visa', '51': 'mastercard', '2221': 'mastercard', '2720': 'mastercard', '34': 'amex', '37': 'amex', '36': 'diners',
    '3528': 'jcb', '6011': 'discover', '65': 'discover', '62': 'unionpay', '6759': 'maestro', '50': 'maestro',
  };
  for (const [digits, name] of Object.entries(schemes)) assert.equal(schemeOfNumber(digits)?.name, name, digits);
  for (const digits of ['', '1', '2', '2220', '2721', '9']) assert.equal(schemeOfNumber(digits), undefined, digits);
  assert.equal(schemeNamed('American Express')?.name, 'amex');
  assert.equal(schemeNamed('nobody'), undefined);
});

test('a number is right if its length and its check digit are', () => {
  for (const number of [
    '4242 4242 4242 4242',
    '5555555555554444',
    '2223003122003222',
    '378282246310005',
    '36227206271667',
    '6205500000000000004',
    '3566002020360505',
  ])
    assert.equal(checkNumber(number), undefined, number);
  assert.equal(checkNumber(''), 'upc.error.required');
  assert.equal(checkNumber('4242 4242'), 'upc.error.card.number.incomplete');
  assert.equal(checkNumber('4242 4242 4242 4241'), 'upc.error.card.number');
  assert.equal(checkNumber('3782 822463 1000'), 'upc.error.card.number.incomplete');
  assert.equal(checkNumber('1234567890123456789'), 'upc.error.card.number');
});

test('a number is written as on the card', () => {
  assert.equal(numberGrouping('378282246310005').write('378282246310005'), '3782 822463 10005');
  assert.equal(numberGrouping('4').write('42424'), '4242 4');
  assert.equal(numberGrouping('5555').limit, 16);
});

test('an expiry is written as month and year, however it is typed or filled in', () => {
  assert.equal(expiryGrouping.write('1'), '1');
  assert.equal(expiryGrouping.write('4'), '04/');
  assert.equal(expiryGrouping.write('12'), '12/');
  assert.equal(expiryGrouping.write('1230'), '12/30');
  assert.equal(expiryGrouping.write('122030'), '12/30');
  assert.equal(expiryGrouping.write('430'), '04/30');
});

test('a card is good to the end of its month', () => {
  const november = new Date(2026, 10, 30);
  assert.equal(checkExpiry('11/26', november), undefined);
  assert.equal(checkExpiry('10/26', november), 'upc.error.card.expired');
  assert.equal(checkExpiry('12/99', november), 'upc.error.card.expiry');
  assert.equal(checkExpiry('13/27', november), 'upc.error.card.expiry');
  assert.equal(checkExpiry('12/', november), 'upc.error.card.expiry');
  assert.equal(checkExpiry('', november), 'upc.error.required');
});

test('a security code is as long as its scheme has it', () => {
  assert.equal(checkCode('123', '4242'), undefined);
  assert.equal(checkCode('1234', '4242'), 'upc.error.card.code');
  assert.equal(checkCode('1234', '3782'), undefined);
  assert.equal(checkCode('123', '3782'), 'upc.error.card.code');
  assert.equal(checkCode('1234', ''), undefined);
  assert.equal(checkCode('', ''), 'upc.error.required');
});
