// Takes payments without end, each under a key of its own, and sends each again until it is answered. Writes every answer to a file:
// the time in milliseconds, the key, and the payment.
//
//   node load.mjs FILE API TOKENS CONNECTIONS FIRST URL…
//
// API is `own` or `tmf676`. TOKENS are of one merchant each, with commas between them; the merchants take turns. The keys count from FIRST.
import { openSync, writeSync } from 'node:fs';
import { Agent, request } from 'node:http';

const [file, api, tokens, connections, first, ...servers] = process.argv.slice(2);
const merchants = tokens.split(',');
const answers = openSync(file, 'a');
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

const agent = new Agent({ keepAlive: true });

// Resolves with the status and the text of the answer; rejects where none comes within five seconds.
const post = (url, headers, body) => new Promise((resolve, reject) => {
  const sent = request(url, { method: 'POST', headers, agent, signal: AbortSignal.timeout(5000) }, (answer) => {
    let text = '';
    answer.setEncoding('utf8').on('data', (piece) => { text += piece; }).on('error', reject);
    answer.on('end', () => resolve({ status: answer.statusCode, text }));
  });
  sent.on('error', reject).end(body);
});

async function send(key, server) {
  let answer;
  try {
    answer = await post(`${server}${path}`, {
      authorization: `Bearer ${merchants[key % merchants.length]}`, 'content-type': 'application/json', 'idempotency-key': `try ${key}`,
    }, JSON.stringify(body(key)));
  } catch {
    return null;
  }
  if (answer.status === 201) return JSON.parse(answer.text).id;
  if (answer.status < 500 && answer.status !== 409 && answer.status !== 429) throw new Error(`${answer.status} ${answer.text}`);
  return null;
}

async function pay(worker) {
  for (let tries = worker; !ends; ) {
    const key = next++;
    for (;;) {
      const id = await send(key, servers[tries % servers.length]);
      if (id) {
        writeSync(answers, `${Date.now()} ${key} ${id}\n`);
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
