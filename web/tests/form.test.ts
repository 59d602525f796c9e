import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Form } from '../src/frame/fields/form';
import { asksBic, bacsBody, cardBody, cardForm, debitBody, debitForm, fieldOf, ticked } from '../src/frame/payment';
import { Forms } from '../src/frame/forms';
import { autopayTextOf } from '../src/frame/options';
import { readSession } from '../src/frame/session';

const stored = { id: 'a', choice: 'CREDIT_CARD', label: 'Visa', mayAutopay: false } as const;

const november = () => new Date(2026, 10, 20);

test('nobody is told while typing; leaving a field tells, mending it takes the error away', () => {
  const form = cardForm(november);
  form.edit('number', '4242');
  assert.equal(form.errorOf('number'), undefined);
  form.leave('number');
  assert.equal(form.errorOf('number'), 'upc.error.card.number.incomplete');
  form.edit('number', '4242 4');
  assert.equal(form.errorOf('number'), undefined);
});

test('an empty field that is left is no error until the form is sent', () => {
  const form = cardForm(november);
  form.leave('holder');
  assert.equal(form.errorOf('holder'), undefined);
  assert.ok(!form.checkAll());
  assert.equal(form.firstError, 'number');
  assert.equal(form.errorOf('holder'), 'upc.error.required');
});

test('an error that another field caused goes away with it', () => {
  const form = cardForm(november);
  form.edit('number', '3782 822463 10005');
  form.edit('securityCode', '123');
  form.leave('securityCode');
  assert.equal(form.errorOf('securityCode'), 'upc.error.card.code');
  form.edit('number', '4242 4242 4242 4242');
  assert.equal(form.errorOf('securityCode'), undefined);
});

test('what the page knows is filled in, but never over what was typed', () => {
  const form = new Form({ holder: () => undefined });
  form.fill('holder', 'Ann');
  form.fill('holder', 'Anne');
  assert.equal(form.texts.holder, 'Anne');
  form.edit('holder', 'Bob');
  form.fill('holder', 'Ann');
  assert.equal(form.texts.holder, 'Bob');
});

test('a debit wants its mandate before there may be an attempt', () => {
  const forms = new Forms(true);
  const sepa = { key: 'SEPA', choice: 'SEPA' } as const;
  assert.ok(!forms.maySubmit(sepa));
  forms.debits.SEPA.edit('mandate', ticked);
  assert.ok(forms.maySubmit(sepa));
  assert.ok(forms.maySubmit({ key: 'CREDIT_CARD', choice: 'CREDIT_CARD' }));
  assert.ok(forms.maySubmit({ key: 'CASH', choice: 'CASH' }));
});

test('what is sent has no gaps and nothing that was not asked for', () => {
  const card = { number: '4242 4242 4242 4242', expiry: '12/30', securityCode: '123', holder: ' Ann ' };
  assert.deepEqual(cardBody(card, true, 'https://shop.example/'), {
    choice: 'CREDIT_CARD', card: { number: '4242424242424242', expiry: '12/30', securityCode: '123', holder: 'Ann' }, store: true,
    returnUrl: 'https://shop.example/',
  });
  assert.deepEqual(debitBody('SEPA', { iban: 'DE02 1203 0000 0000 2020 51', bic: 'X', holder: 'Ann', signature: '', mandate: ticked }), {
    choice: 'SEPA', account: { iban: 'DE02120300000000202051', holder: 'Ann' }, mandateAccepted: true,
  });
  const bacs = { sortCode: '10-88-00', accountNumber: '00012345', holder: 'Ann', email: 'ann@example.com', mandate: ticked };
  assert.deepEqual(bacsBody(bacs), {
    choice: 'BACS', account: { sortCode: '108800', accountNumber: '00012345', holder: 'Ann', email: 'ann@example.com' },
    mandateAccepted: true,
  });
});

test('a signature is wanted only where the session requires it, a BIC only of banks that may need it', () => {
  const sign = debitForm(false, true);
  assert.ok(!sign.checkAll());
  assert.equal(sign.errorOf('signature'), 'upc.error.signature');
  const plain = debitForm(false, false);
  plain.checkAll();
  assert.equal(plain.errorOf('signature'), undefined);
  assert.ok(asksBic('GB29', false));
  assert.ok(!asksBic('CH93', true));
});

test('an error of the server finds its field', () => {
  const form = cardForm(november);
  assert.equal(fieldOf(form, 'card.number'), 'number');
  assert.equal(fieldOf(form, 'mandateAccepted'), undefined);
  assert.equal(fieldOf(debitForm(false, false), 'mandateAccepted'), 'mandate');
});

test('what the server finds in a field is said at the field', () => {
  const forms = new Forms(true);
  const option = { key: 'SEPA', choice: 'SEPA' } as const;
  forms.showError(option, 'account.holder', 'missing');
  forms.showError(option, 'account.iban', 'out_of_range');
  assert.equal(forms.debits.SEPA.errorOf('holder'), 'upc.error.required');
  assert.equal(forms.debits.SEPA.errorOf('iban'), 'upc.error.check');
});

test('autopay is sent only for the option that was ticked, by the language of its words', () => {
  const forms = new Forms(false);
  const card = { key: 'CREDIT_CARD', choice: 'CREDIT_CARD' } as const;
  assert.ok(!('autopay' in forms.bodyOf(card, '', 'de')));
  forms.isForAutopay = true;
  assert.deepEqual(forms.bodyOf({ key: 'instrument-a', instrument: stored }, '', 'de'), { instrument: 'a', autopay: 'de' });
});

test('autopay is offered with what is entered, and with a stored instrument that has no consent', () => {
  const session = readSession({
    status: 'open', amount: { amount: 0, currency: 'EUR' }, choices: ['CREDIT_CARD', 'CASH'], autopay: { de: 'Automatisch bezahlen' },
  })!;
  const offered = (option: Parameters<typeof autopayTextOf>[1], language = 'de') => autopayTextOf(session, option, language);
  assert.equal(offered({ key: 'CREDIT_CARD', choice: 'CREDIT_CARD' }), 'Automatisch bezahlen');
  assert.equal(offered({ key: 'CREDIT_CARD', choice: 'CREDIT_CARD' }, 'fr'), undefined);
  assert.equal(offered({ key: 'CASH', choice: 'CASH' }), undefined);
  assert.equal(offered({ key: 'instrument-a', instrument: stored }), undefined);
  assert.equal(offered({ key: 'instrument-a', instrument: { ...stored, mayAutopay: true } }), 'Automatisch bezahlen');
});
