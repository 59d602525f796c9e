// Takes payments without end, each under a key of its own, and sends each again until it is answered. Writes every answer to a file:
// the time in milliseconds, the key, and the payment.
//
//   node load.mjs FILE API TOKENS CONNECTIONS FIRST URL…
//
// API is `own` or `tmf676`. TOKENS are of one merchant each, with commas between them; the merchants take turns. The keys count from FIRST.
import { appendFileSync } from 'node:fs';

const [file, api, tokens, connections, first, ...servers] = process.argv.slice(2);
const merchants = tokens.split(',');
let next = Number(first);
let ends = false;
process.on('SIGTERM', () => { ends = true; });

// The amount says which key it was, also where the books keep nothing of the key.
const apis = {
  own: {
    path: '/api/v1/payments',
    body: (key) => ({ account: 'C-1', method: 'cash', amount: { amount: (key / 100).toFixed(2), currency: 'EUR' } }),
  },
  tmf676: {
    path: '/paymentManagement/v4/payment',
    body: (key) => ({
      account: { id: `C-${key % 997}` }, payer: { id: `P-${key % 997}`, name: 'Ada Nkemelu', '@referredType': 'Individual' },
      paymentMethod: { '@type': 'Cash' }, totalAmount: { unit: 'EUR', value: key / 100 },
    }),
  },
};
const { path, body } = apis[api];

async function send(key, server) {
  try {
    const answer = await fetch(`${server}${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${merchants[key % merchants.length]}`, 'content-type': 'application/json', 'idempotency-key': `try ${key}`,
      },
      body: JSON.stringify(body(key)),
      signal: AbortSignal.timeout(5000),
    });
    const text = await answer.text();
    if (answer.status === 201) return JSON.parse(text).id;
    if (answer.status < 500 && answer.status !== 409 && answer.status !== 429) throw new TypeError(`${answer.status} ${text}`);
  } catch (trouble) {
    if (trouble instanceof TypeError && /^\d/.test(trouble.message)) throw trouble;
  }
  return null;
}

async function pay(worker) {
  for (let tries = worker; !ends; ) {
    const key = next++;
    for (;;) {
      const id = await send(key, servers[tries % servers.length]);
      if (id) {
        appendFileSync(file, `${Date.now()} ${key} ${id}\n`);
        break;
      }
      if (ends) return;
      // The other server may answer.
      tries++;
      await new Promise((later) => setTimeout(later, 200));
    }
  }
}

await Promise.all(Array.from({ length: Number(connections) }, (_, worker) => pay(worker)));
