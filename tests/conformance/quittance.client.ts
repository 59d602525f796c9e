// A client whose paths, bodies and answers are all typed by the document.
import type { components, paths } from './quittance.types';

type Charge = components['schemas']['Charge'];
type ChargeCreate = components['schemas']['ChargeCreate'];
type Account = paths['/api/v1/accounts']['post']['responses'][201]['content']['application/json'];
type Events = paths['/api/v1/events']['get']['responses'][200]['content']['application/json'];
type Problem = components['schemas']['Problem'];

declare const process: { argv: string[]; exit(code: number): never };

const server = process.argv[2];

async function call<T>(method: string, path: keyof paths | string, body?: unknown): Promise<T> {
  const answer = await fetch(`${server}${path}`, {
    method,
    headers: {
      'Authorization': 'Bearer demo-api',
      'Content-Type': 'application/json',
      'Idempotency-Key': crypto.randomUUID(),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (answer.ok)
    return await answer.json() as T;
  const problem = await answer.json() as Problem;
  throw new Error(`${problem.status} ${problem.detail} ${JSON.stringify(problem.errors ?? [])}`);
}

const reference = crypto.randomUUID();
const account = await call<Account>('POST', '/api/v1/accounts', { reference, currency: 'EUR', name: 'Ada Nkemelu' });
const wanted: ChargeCreate = { account: reference, amount: { amount: '12.50', currency: 'EUR' }, due: '2026-12-01' };
const charge = await call<Charge>('POST', '/api/v1/charges', wanted);
let next: string | undefined;
let seen = false;
for (;;) {
  const report: Events = await call<Events>('GET', `/api/v1/events?limit=1000${next ? `&after=${next}` : ''}`);
  seen ||= report.items.some(event => event.type === 'charge.raised' && event.subject === charge.id);
  next = report.next;
  if (report.items.length === 0)
    break;
}

if (charge.account !== account.id || charge.open.amount !== '12.50' || !seen) {
  console.error('The charge is not what was asked for.', charge);
  process.exit(1);
}

console.log(`✓ charge ${charge.number} of account ${account.number}, ${charge.open.amount} ${charge.open.currency} open`);
