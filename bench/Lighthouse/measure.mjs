// Measures pages of a running demo with Lighthouse, as a phone on a slow network sees them (or --desktop), and prints the scores with
// what costs points.
//
//   quittance demo --smtp smtp://127.0.0.1:8125 --mail-from shop@example.com
//   npm ci && node measure.mjs [--server http://127.0.0.1:8080] [--smtp-port 8125] [--desktop] [--only pay,receipt] [--rounds 1]
//
// It is that mail server, for the link to a customer's own page. It adds a customer to the demo's books, and a payment.
import { createServer } from 'node:net';
import { parseArgs } from 'node:util';
import lighthouse, { desktopConfig } from 'lighthouse';
import { launch } from 'puppeteer-core';

const categories = ['performance', 'accessibility', 'best-practices'];
const { values } = parseArgs({
  options: {
    server: { type: 'string', default: 'http://127.0.0.1:8080' },
    'smtp-port': { type: 'string', default: '8125' },
    browser: { type: 'string', default: process.env.CHROME_PATH ?? '/usr/bin/chromium' },
    rounds: { type: 'string', default: '1' },
    only: { type: 'string' },
    desktop: { type: 'boolean', default: false },
  },
});
const { server } = values;
const mails = receiveMails(Number(values['smtp-port']));
const browser = await launch({ executablePath: values.browser, args: ['--no-sandbox'], defaultViewport: null });
try {
  for (const [name, address] of Object.entries(await preparePages())) {
    if (values.only && !values.only.split(',').includes(name)) continue;
    await measure(name, address);
  }
} finally {
  await browser.close();
  mails.end();
}

async function measure(name, address) {
  const rounds = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    // Who is signed in sees no form to sign in.
    const context = name === 'sign-in' ? await browser.createBrowserContext() : browser.defaultBrowserContext();
    const page = await context.newPage();
    const { lhr } = await lighthouse(
      address, { onlyCategories: categories, disableStorageReset: true, logLevel: 'error' }, values.desktop ? desktopConfig : undefined,
      page) ?? {};
    await page.close();
    if (!lhr || lhr.runtimeError) throw new Error(`${name}: ${lhr?.runtimeError?.message ?? 'no result'}`);
    rounds.push(lhr);
  }
  // The middle round stands for all.
  const lhr = rounds.sort((one, other) => one.categories.performance.score - other.categories.performance.score)[rounds.length >> 1];
  const scores = categories.map((key) => `${key} ${Math.round(lhr.categories[key].score * 100)}`).join(', ');
  console.log(`${name}: ${scores}; first paint ${lhr.audits['first-contentful-paint'].displayValue}, shift ${
    lhr.audits['cumulative-layout-shift'].displayValue}`);
  for (const key of categories) {
    for (const { id, weight } of lhr.categories[key].auditRefs) {
      const { score, title, displayValue, details } = lhr.audits[id];
      if (weight === 0 || score === null || score >= 0.9) continue;
      console.log(`  ${id} ${score}: ${title} ${displayValue ?? ''}`);
      for (const item of (details?.items ?? []).slice(0, 5)) console.log(`    ${item.node?.snippet ?? item.description ?? item.url ?? ''}`);
    }
  }
}

/** Makes what the pages show, and signs the browser in. The addresses of pages by their names. */
async function preparePages() {
  const page = await browser.newPage();
  await signIn(page);
  await switchMailOn(page);
  const account = await post('accounts', {
    reference: `lighthouse-${Date.now()}`, currency: 'EUR', name: 'Ada Nkemelu', email: 'ada@example.com', language: 'en',
  });
  const paid = await linkFor(account);
  await payByCard(page, paid);
  const unpaid = await linkFor(account);
  await post('mails/account-links', { account: account.id, reason: 'Lighthouse' });
  const own = await mails.link();
  await page.goto(own);
  await Promise.all([page.waitForNavigation(), page.click('button.primary')]);
  await page.close();
  return {
    front: `${server}/`,
    pay: unpaid,
    paid: paid.split('?')[0],
    receipt: `${paid.split('?')[0]}/receipt`,
    account: own.split('?')[0],
    today: `${server}/console`,
    payments: `${server}/console/payments`,
    customers: `${server}/console/customers`,
    customer: `${server}/console/customers/${account.id}`,
    receivables: `${server}/console/receivables`,
    bank: `${server}/console/settlements`,
    reports: `${server}/console/reports`,
    'sign-in': `${server}/console/sign-in`,
  };
}

async function signIn(page) {
  await page.goto(`${server}/console`);
  await page.type('input[autocomplete=username]', 'demo');
  await page.type('input[type=password]', 'demo');
  await Promise.all([page.waitForNavigation(), page.click('main form button, form button')]);
}

async function switchMailOn(page) {
  await page.goto(`${server}/console/mails/policy?kind=account_link&on=true`);
  if (!(await page.$('main form'))) return;
  await page.evaluate(() => {
    const form = document.querySelector('main form');
    for (const field of form.querySelectorAll('input[type=text]:not([value]), textarea')) field.value = 'Lighthouse';
  });
  await Promise.all([page.waitForNavigation(), page.click('main form button')]);
}

async function payByCard(page, address) {
  await page.goto(address);
  const frame = await (await page.waitForSelector('#widget iframe')).contentFrame();
  for (const [field, text] of Object.entries({ number: '4242424242424242', exp: '1240', csc: '123', name: 'Ada Nkemelu' })) {
    await frame.waitForSelector(`[autocomplete=cc-${field}]`);
    await frame.type(`[autocomplete=cc-${field}]`, text);
  }
  await frame.click('button.primary');
  await page.waitForSelector('.tick');
}

async function linkFor(account) {
  const charges = [];
  for (const amount of ['49.90', '1200.00']) {
    const charge = { account: account.id, amount: { amount, currency: 'EUR' }, due: '2027-12-01', reference: `INV-${crypto.randomUUID()}` };
    charges.push((await post('charges', charge)).id);
  }
  return (await post('payment-links', { account: account.id, charges })).url;
}

async function post(path, body) {
  const answer = await fetch(`${server}/api/v1/${path}`, {
    method: 'POST',
    headers: { authorization: 'Bearer demo-api', 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

/** A mail server that takes every mail, and waits for one with a link to a customer's own page. */
function receiveMails(port) {
  const { promise, resolve } = deferred();
  const receiver = createServer((socket) => {
    let isText = false;
    let rest = '';
    socket.on('error', () => {});
    socket.write('220 lighthouse\r\n');
    socket.on('data', (data) => {
      const lines = (rest + data).split('\r\n');
      rest = lines.pop();
      for (const line of lines) {
        if (isText) {
          const link = /https?:\/\/\S+\/account\/\S+\?k=\S+/.exec(line.replace(/=3D/g, '='));
          if (link) resolve(link[0]);
          isText = line !== '.';
          if (!isText) socket.write('250 taken\r\n');
          continue;
        }
        isText = /^DATA/i.test(line);
        socket.write(isText ? '354 go on\r\n' : '250 ok\r\n');
      }
    });
  }).listen(port, '127.0.0.1');
  return { link: () => promise, end: () => receiver.close() };
}

function deferred() {
  let resolve;
  const promise = new Promise((done) => { resolve = done; });
  return { promise, resolve };
}
