// For work on the widget alone: answers its HTTP contract from memory, and embeds it under a strict policy from another
// origin. Nothing of this is in the product.
//
//   npm run build -w web && node web/dev/server.js      → http://127.0.0.1:5174/?session=card
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const files = join(dirname(dirname(fileURLToPath(import.meta.url))), 'dist');
const here = 'http://127.0.0.1:5173';
const page = 'http://127.0.0.1:5174';
const types = { js: 'text/javascript', css: 'text/css', html: 'text/html' };

const base = {
  status: 'open',
  amount: { amount: 55.5, currency: 'EUR' },
  referenceText: 'Membership fees, March and April',
  merchant: 'Demo Company',
  scope: 'ECOM',
  choices: ['CREDIT_CARD', 'SEPA', 'BANK_TRANSFER', 'CASH'],
  requiresSignature: false,
  mayStore: true,
  instruments: [],
  creditor: { name: 'Demo Company', id: 'DE98ZZZ09999999999' },
  expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
};

const stored = [
  { id: '0198b2c4-0000-7000-8000-000000000001', choice: 'CREDIT_CARD', label: 'Visa ···· 4242', brand: 'Visa', expiry: '12/30' },
  { id: '0198b2c4-0000-7000-8000-000000000002', choice: 'SEPA', label: 'DE02 ···· 2051' },
];

const scenarios = {
  card: base,
  only: { ...base, choices: ['CREDIT_CARD'] },
  stored: { ...base, instruments: stored },
  sepa: { ...base, choices: ['SEPA'], requiresSignature: true, scope: 'MEMBER_ACCOUNT', amount: { amount: 0, currency: 'EUR' } },
  bacs: { ...base, choices: ['BACS', 'CREDIT_CARD'], amount: { amount: 42, currency: 'GBP' } },
  swiss: { ...base, choices: ['CH_DD', 'LSV', 'CREDIT_CARD'], amount: { amount: 1240.05, currency: 'CHF' } },
  confirm: { ...base, status: 'pending', redirectTo: `${page}/bank` },
  waiting: { ...base, status: 'pending' },
  ready: { ...base, status: 'ready', paymentRequestToken: 'prt_ready', details: { cash: {} } },
  expired: { ...base, status: 'expired' },
  used: { ...base, status: 'used' },
};

const tokenOf = (name) => `us_${name.padEnd(32, '0')}${'secret'.repeat(4)}`;
const sessions = new Map();

function pay(body, session) {
  const number = body.card?.number ?? '';
  const refused = { '4000000000000002': 'declined', '4000000000009995': 'insufficient_funds', '4000000000000127': 'security_code_wrong' }[number];
  if (refused) return [402, { code: refused }];
  if (number === '4000000000003220') return [200, { status: 'pending', redirectTo: `${page}/bank` }];
  if (number === '4000000000000259') return [422, { fields: [{ field: 'card.holder', code: 'invalid' }] }];
  if (number === '4000000000000119') return [503, { code: 'unavailable' }];
  if (number === '4000000000000101') setTimeout(() => Object.assign(session, { status: 'ready', paymentRequestToken: 'prt_late', details: {} }), 2_500);
  if (number === '4000000000000101') return [200, Object.assign(session, { status: 'pending' }) && { status: 'pending' }];
  return [200, { status: 'ready', paymentRequestToken: 'prt_now', details: { creditCard: { cardHolder: 'Ann', cardNumber: '···· 4242', expiry: '12/30' } } }];
}

createServer(async (request, response) => {
  const url = new URL(request.url, here);
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);

  if (url.pathname.startsWith('/widget/session')) {
    const name = /^Bearer us_([a-z]+)/.exec(request.headers.authorization ?? '')?.[1];
    if (!(name in scenarios)) return send(response, 401, {});
    if (!sessions.has(name)) sessions.set(name, { ...scenarios[name] });
    const session = sessions.get(name);
    await new Promise((resolve) => setTimeout(resolve, 250));
    if (request.method === 'GET') return send(response, 200, session);
    const [status, body] = pay(JSON.parse(Buffer.concat(chunks)), session);
    return send(response, status, body);
  }

  const name = url.pathname === '/widget.js' ? 'widget.js' : url.pathname.replace('/widget/', '');
  try {
    const content = await readFile(join(files, name));
    response.writeHead(200, {
      'Content-Type': name === 'frame' ? 'text/html' : types[name.split('.').at(-1)],
      'Content-Security-Policy': `default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'none'; base-uri 'none'; frame-ancestors ${page}`,
    });
    response.end(content);
  } catch {
    send(response, 404, {});
  }
}).listen(5173, '127.0.0.1');

function send(response, status, body) {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(body));
}

createServer((request, response) => {
  const url = new URL(request.url, page);
  if (url.pathname === '/page.js') {
    response.writeHead(200, { 'Content-Type': 'text/javascript' });
    return response.end(`
      window.heard = [];
      const settings = new URLSearchParams(location.search);
      window.widget = paymentWidget.init({
        userSessionToken: settings.get('token'), environment: 'test', countryCode: settings.get('country') ?? 'DE', locale: settings.get('locale') ?? 'en',
        container: 'here', ...JSON.parse(settings.get('more') ?? '{}'),
        onSuccess: (...all) => heard.push(['success', ...all]), onPaymentStateChange: (state) => heard.push(['state', state]),
      });`);
  }
  if (url.searchParams.has('session')) {
    url.searchParams.set('token', tokenOf(url.searchParams.get('session')));
    url.searchParams.delete('session');
    response.writeHead(302, { Location: url.pathname + url.search });
    return response.end();
  }
  response.writeHead(200, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': `default-src 'none'; script-src 'self' ${here}; frame-src ${here}; connect-src 'none'; style-src 'none'`,
  });
  response.end(`<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>Shop</title><main><h1>Shop</h1><div id="here"></div></main>
    <script src="${here}/widget.js"></script><script src="/page.js"></script></html>`);
}).listen(5174, '127.0.0.1');
