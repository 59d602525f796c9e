// Takes payments without end, each under a key of its own, and sends each again until it is answered. Writes every answer to a file:
// the time in milliseconds, the key, and the payment.
//
//   node load.mjs FILE TOKEN CONNECTIONS URL…
import { appendFileSync } from 'node:fs';

const [file, token, connections, ...servers] = process.argv.slice(2);
let next = 1;
let ends = false;
process.on('SIGTERM', () => { ends = true; });

async function send(key, server) {
  try {
    const answer = await fetch(`${server}/api/v1/payments`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': `try ${key}` },
      // The amount says which key it was, also where the books keep nothing of the key.
      body: JSON.stringify({ account: 'C-1', method: 'cash', amount: { amount: (key / 100).toFixed(2), currency: 'EUR' } }),
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
      // The other server may answer.
      tries++;
      await new Promise((later) => setTimeout(later, 200));
    }
  }
}

await Promise.all(Array.from({ length: Number(connections) }, (_, worker) => pay(worker)));
