// Plays the studio and its member, with the same requests that anybody would send. The state that must outlive a visit to the
// member's bank is kept in sessionStorage.
import { element, exchange, listing, pretty, send } from './wire.js';

const key = { 'X-API-KEY': 'demo-studio' };
const keptAs = 'quittance-checkout';
const steps = ['open', 'pay', 'book', 'ledger'];
const names = { 1001: 'Anna Keller', 1002: 'Jonas Brandt' };

// A debit takes its bank two seconds here.
const looks = 12;
const pauseMs = 700;

const find = (id) => document.getElementById(id);
const order = find('order');
const money = new Intl.NumberFormat('en-IE', { style: 'currency', currency: 'EUR' });

/** What there is on the chosen member's account. */
let account = { customer: undefined, balances: undefined, entries: [] };

// Amounts are counted in cents: a sum of decimals would not be exact.
const minor = (amount) => Math.round(amount * 100);
const shown = (amountMinor) => money.format(amountMinor / 100);

const member = () => Number(order.elements.member.value);
const get = (path, headers = key) => send({ method: 'GET', path, headers });
const onAccount = (customer, path) => `/v1/customers/${customer}/account/${path}`;

/** The member's balances and all entries, past and upcoming. */
async function readAccount(customer) {
  const [balances, past, upcoming] = await Promise.all([
    get(onAccount(customer, 'balances')),
    get(onAccount(customer, 'transactions?sliceSize=50')),
    get(onAccount(customer, 'transactions/upcoming?sliceSize=50')),
  ]);
  const failed = [balances, past, upcoming].find((answered) => answered.status !== 200);
  if (failed) throw new Error(failed.answer?.errorMessage ?? `The server answered ${failed.status}.`);
  return { customer, balances: balances.answer, entries: [...past.answer.result, ...upcoming.answer.result] };
}

// Step 1: what is wanted, as the form has it.
function wanted() {
  const purpose = order.elements.purpose.value;
  const claims = purpose === 'claims' ? [...find('claims').querySelectorAll('input:checked')].map((box) => Number(box.value)) : [];
  const amountMinor = {
    claims: () => claims.reduce((sum, id) => sum + minor(entry(id).openAmount.amount), 0),
    amount: () => amountTyped(),
    instrument: () => 0,
  }[purpose]();
  return { customer: member(), purpose, claims, amountMinor };
}

const entry = (id) => account.entries.find((one) => one.id === id);

/** NaN for what is no amount. */
function amountTyped() {
  const text = find('amount').value.trim().replace(',', '.');
  const amountMinor = /^\d{1,6}(\.\d{1,2})?$/.test(text) ? minor(Number(text)) : 0;
  return amountMinor > 0 ? amountMinor : Number.NaN;
}

const sessionRequest = ({ customer, purpose, amountMinor }) => ({
  method: 'POST',
  path: '/v1/payments/user-session',
  headers: key,
  body: {
    amount: amountMinor / 100,
    scope: purpose === 'instrument' ? 'MEMBER_ACCOUNT' : 'ECOM',
    customerId: customer,
    referenceText: { claims: 'Open fees', amount: 'Payment in advance', instrument: 'Payment instrument' }[purpose],
    ...(purpose === 'instrument' && { permittedPaymentChoices: ['CREDIT_CARD', 'SEPA'] }),
  },
});

async function loadMember() {
  account = await readAccount(member());
  const open = account.entries.filter((one) => minor(one.openAmount.amount) > 0);
  find('claims').replaceChildren(...open.map((one, index) => element('label', { class: 'claim' },
    element('input', { type: 'checkbox', value: one.id, ...(index < 2 && { checked: '' }) }),
    element('span', {}, one.description ?? `Claim ${one.id}`, element('small', {}, `Claim ${one.id}, due ${one.dueDate}`)),
    element('b', {}, shown(minor(one.openAmount.amount))))));
  const claims = order.querySelector('[value=claims]');
  claims.disabled = open.length === 0;
  claims.nextElementSibling.replaceChildren('Open claims', ...(open.length === 0 ? [element('small', {}, account.entries.length === 0 ? 'There are none' : 'All are settled')] : []));
  if (open.length === 0 && claims.checked) order.querySelector('[value=amount]').checked = true;
  showOrder();
}

function showOrder() {
  const { purpose, amountMinor, ...rest } = wanted();
  const button = find('open-button');
  find('claims').hidden = purpose !== 'claims';
  find('advance').hidden = purpose !== 'amount';
  find('amount-error').textContent = Number.isNaN(amountMinor) ? 'Please enter an amount such as 20.00.' : '';
  button.disabled = Number.isNaN(amountMinor) || (purpose === 'claims' && amountMinor === 0);
  button.textContent = purpose === 'instrument' ? 'Open a session to save an instrument'
    : button.disabled ? 'Open a session' : `Open a session for ${shown(amountMinor)}`;
  if (!button.disabled) find('open-wire').replaceChildren(exchange(sessionRequest({ purpose, amountMinor, ...rest })));
}

async function openSession() {
  const what = wanted();
  // Whoever is quick opens it before the account is read.
  const before = account.customer === what.customer ? account : await readAccount(what.customer);
  const opened = await send(sessionRequest(what));
  find('open-wire').replaceChildren(exchange(opened));
  if (opened.status !== 200) throw new Error(opened.answer.errorMessage);
  const flow = { ...what, before, opened, token: opened.answer.token };
  sessionStorage.setItem(keptAs, JSON.stringify(flow));
  pay(flow);
}

/** A session that was opened elsewhere. Its token does not tell the customer, so it is booked elsewhere too. */
async function useGiven(token) {
  const { status, answer } = await get('/widget/session', { Authorization: `Bearer ${token}` });
  if (status !== 200) {
    find('token-error').textContent = 'There is no session with this token.';
    find('by-hand').open = true;
    if (!account.balances) await loadMember();
    return;
  }
  const flow = { token, isGiven: true, amountMinor: minor(answer.amount.amount), claims: [], purpose: answer.amount.amount > 0 ? 'amount' : 'instrument' };
  sessionStorage.setItem(keptAs, JSON.stringify(flow));
  find('open-wire').replaceChildren();
  pay(flow);
}

// Step 2: the widget.
function pay(flow) {
  order.hidden = find('by-hand').hidden = true;
  find('over').hidden = false;
  find('open-done').textContent = flow.isGiven ? 'Opened with curl.'
    : `${names[flow.customer]}, customer ${flow.customer}: ${{
      claims: `${shown(flow.amountMinor)} for ${flow.claims.length === 1 ? 'claim' : 'claims'} ${flow.claims.join(' and ')}`,
      amount: `${shown(flow.amountMinor)} in advance`,
      instrument: 'another payment instrument',
    }[flow.purpose]}.`;
  if (flow.opened) find('open-wire').replaceChildren(exchange(flow.opened));
  enter('pay');
  if (!window.paymentWidget) throw new Error('This build has no payment widget. Install Node 20 or newer and build again.');
  const shownInit = listing('paymentWidget.init', 'All that the studio’s page does. The fields are in a frame of Quittance’s, out of its reach.',
    `paymentWidget.init({\n  userSessionToken: '${flow.token.slice(0, 14)}…',\n  environment: 'sandbox',\n  countryCode: 'DE',\n  locale: 'en',\n  container: 'widget',\n  onSuccess: (token, details) => …,\n})`);
  find('pay-wire').replaceChildren(shownInit);
  window.paymentWidget.init({
    userSessionToken: flow.token,
    environment: 'sandbox',
    countryCode: 'DE',
    locale: 'en',
    container: 'widget',
    customerData: { name: names[flow.customer] ?? '' },
    onSuccess: (token, details) => {
      sessionStorage.removeItem(keptAs);
      find('pay-wire').replaceChildren(shownInit, listing(
        'onSuccess', 'What the page gets: a token that is good for one booking, and the instrument with its number masked.',
        ...pretty({ paymentRequestToken: token, details })));
      find('try').hidden = true;
      offerBooking(flow, token, details);
    },
  });
}

// Step 3: the token is booked.
const bookingRequest = ({ customer, purpose, claims, amountMinor }, token) => ({
  method: 'POST',
  path: onAccount(customer ?? 1002, purpose === 'instrument' ? 'payment-instrument' : 'payment'),
  headers: key,
  body: {
    paymentRequestToken: token,
    ...(purpose !== 'instrument' && { amount: { amount: amountMinor / 100, currency: 'EUR' } }),
    ...(claims.length > 0 && { debtClaimIds: claims }),
  },
});

function offerBooking(flow, token, details) {
  enter('book');
  const request = bookingRequest(flow, token);
  if (flow.isGiven) {
    find('booking').replaceChildren(
      element('p', {}, 'You opened the session with curl, so you know whose it is. Book its token:'),
      element('p', { class: 'token' }, element('code', {}, token)), againButtons());
    find('book-wire').replaceChildren(exchange(
      request, flow.purpose === 'instrument' ? 'For customer 1002.' : 'For customer 1002; add debtClaimIds for the claims that it settles.'));
    return;
  }

  find('book-wire').replaceChildren(exchange(request));
  const button = element('button', { type: 'button', class: 'primary' },
    flow.purpose === 'instrument' ? `Make it the instrument of ${names[flow.customer]}` : `Book ${shown(flow.amountMinor)}`);
  button.addEventListener('click', () => attempt(async () => {
    button.disabled = true;
    const booked = await send(request);
    find('book-wire').replaceChildren(exchange(booked));
    if (booked.status !== 200) {
      find('booking').replaceChildren(element('p', { class: 'trouble', role: 'alert' }, booked.answer.errorMessage), againButtons());
      return;
    }
    find('booking').replaceChildren(element('p', { class: 'done-note' },
      flow.purpose === 'instrument' ? 'The instrument is the account’s own now.' : 'The money is taken and booked. The token is spent: sent again, it is refused.'));
    await showLedger(flow, booked.payment, details);
  }));
  find('booking').replaceChildren(button);
}

// Step 4: what the ledger did.
async function showLedger(flow, payment, details) {
  enter('ledger');
  if (payment) await followPayment(payment);
  const after = await readAccount(flow.customer);
  const [balanceBefore, balanceAfter] = [flow.before, after].map(({ balances }) => minor(balances.accountBalance?.amount ?? 0));
  find('account').append(
    ...(payment ? [] : [element('p', {}, `From now on ${nameOf(details)} is what ${names[flow.customer]}’s account is paid with. Nothing was charged, and nothing moved in the ledger.`)]),
    table('The account', [['Balance', balanceBefore, balanceAfter]]),
    ...(after.entries.length === 0 ? [] : [table('Open amounts', after.entries.map((one) => [
      `${one.description ?? 'Claim'} (${one.id})`,
      minor((flow.before.entries.find((other) => other.id === one.id) ?? one).openAmount.amount), minor(one.openAmount.amount)]))]),
    againButtons(payment ? undefined : 'Pay with it'));
  find('ledger').dataset.state = 'done';
}

/** Shows the payment as TMF676 has it, again until it is settled. */
async function followPayment(payment) {
  const headers = { Authorization: 'Bearer demo-telco' };
  for (let look = 0; look < looks; look++) {
    const found = await get(`/paymentManagement/v4/payment/${payment}`, headers);
    find('ledger-wire').replaceChildren(exchange(found, 'The same payment through another API: the id is from the header Quittance-Payment.'));
    if (found.status !== 200) throw new Error(`The payment could not be read: ${found.status}.`);
    const { status, totalAmount } = found.answer;
    find('account').replaceChildren(element('p', { class: 'sum' },
      element('strong', {}, shown(minor(totalAmount.value))), element('span', { class: status === 'done' ? 'state' : 'state waiting' }, status)));
    if (status === 'done') return;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

function nameOf(details) {
  const { creditCard, sepa } = details ?? {};
  if (creditCard) return `the ${creditCard.brand ?? 'card'} ${creditCard.cardNumber}`;
  return sepa ? `the account ${sepa.bankAccountDetails.iban}` : 'it';
}

function table(title, rows) {
  const row = ([name, before, after]) => element('tr', {}, element('th', { scope: 'row' }, name),
    element('td', { class: 'money' }, shown(before)), element('td', { class: before === after ? 'money same' : 'money changed' }, shown(after)));
  const heads = ['', 'Before', 'After'].map((text) => (text === '' ? element('td') : element('th', { scope: 'col', class: 'money' }, text)));
  return element('table', {}, element('caption', {}, title), element('thead', {}, element('tr', {}, ...heads)), element('tbody', {}, ...rows.map(row)));
}

function againButtons(text = 'Start again') {
  const button = element('button', { type: 'button', class: 'plain' }, text);
  button.addEventListener('click', startAgain);
  return element('div', { class: 'buttons' }, button);
}

function startAgain() {
  sessionStorage.removeItem(keptAs);
  window.location.assign(window.location.pathname);
}

/** Marks the step that is being done; the focus follows, unless the page has only just been loaded. */
function enter(step) {
  const at = steps.indexOf(step);
  steps.forEach((name, index) => (find(name).dataset.state = index < at ? 'done' : index === at ? 'now' : 'later'));
  if (!document.hasFocus() || step === 'open') return;
  find(`${step}-title`).focus({ preventScroll: true });
  find(step).scrollIntoView();
}

/** Does something; what goes wrong is said at the top. */
async function attempt(work) {
  find('trouble').replaceChildren();
  try {
    await work();
  } catch (failure) {
    find('trouble').replaceChildren(element('p', { class: 'trouble' }, failure.message));
    find('trouble').scrollIntoView({ block: 'nearest' });
  }
}

order.addEventListener('input', (event) => (event.target.name === 'member' ? attempt(loadMember) : showOrder()));
order.addEventListener('submit', (event) => {
  event.preventDefault();
  void attempt(openSession);
});
find('given').addEventListener('submit', (event) => {
  event.preventDefault();
  void attempt(() => useGiven(find('token').value.trim()));
});

find('over').addEventListener('click', startAgain);

// Another token in the address of a page that is open already loads nothing by itself.
window.addEventListener('hashchange', () => window.location.reload());

enter('open');
const kept = sessionStorage.getItem(keptAs);
const given = window.location.hash.slice(1);
// Keep the address's parameters, such as a token and a bank's answer, out of the browser's history.
window.history.replaceState(null, '', window.location.pathname);
if (given.startsWith('us_')) void attempt(() => useGiven(given));
else if (kept) void attempt(() => pay(JSON.parse(kept)));
else void attempt(loadMember);
