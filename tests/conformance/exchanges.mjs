// The part that the checks share: the exchanges that the tests kept, and the report about them.
import { readFileSync } from 'node:fs';

// The two arguments of a check, or the end.
export function argumentsOf(script, document) {
  const [documentPath, exchangesPath] = process.argv.slice(2);
  if (documentPath && exchangesPath)
    return [readFileSync(documentPath, 'utf8'), exchangesPath];
  console.error(`node ${script} <${document}> <exchanges.jsonl>`);
  process.exit(2);
}

// Checks the exchanges with a dialect and ends the program: with 1 where an answer does not fit, or where there is none.
//   documented: what the document lists, as 'GET /payment 200'
//   answerOf:   the name of an exchange's answer, in the same words
//   faultsOf:   what does not fit
export function check({ dialect, exchangesPath, documented, answerOf, faultsOf }) {
  const failures = new Set();
  const reached = new Map();
  let checked = 0;
  for (const line of readFileSync(exchangesPath, 'utf8').split('\n').filter(Boolean)) {
    const exchange = JSON.parse(line);
    if (exchange.dialect !== dialect)
      continue;
    checked++;
    exchange.headers = Object.fromEntries(Object.entries(exchange.headers).map(([header, value]) => [header.toLowerCase(), value]));
    exchange.address = exchange.path.split('?')[0];
    exchange.mediaType = (exchange.headers['content-type'] ?? '').split(';')[0];
    const answer = answerOf(exchange);
    reached.set(answer, (reached.get(answer) ?? 0) + 1);
    for (const fault of faultsOf(exchange))
      failures.add(`${exchange.method} ${exchange.path} ${exchange.status}: ${fault}\n    ${exchange.body.slice(0, 300)}`);
  }

  for (const answer of documented)
    console.log(`${String(reached.get(answer) ?? 0).padStart(6)}  ${answer}`);
  for (const [answer, times] of [...reached].filter(([answer]) => !documented.includes(answer)).sort())
    console.log(`${String(times).padStart(6)}  ${answer} (not in the document)`);
  console.log(`${checked} answers checked, ${documented.filter(answer => reached.has(answer)).length} of ${documented.length} documented ones reached, ${failures.size} do not fit`);
  for (const failure of [...failures].slice(0, 40))
    console.error(failure);
  process.exit(failures.size > 0 || checked === 0 ? 1 : 0);
}

// The operations of a document, as { method, path, pattern, responses }.
export function operationsOf(api) {
  return Object.entries(api.paths).flatMap(([path, item]) => ['get', 'post', 'delete'].filter(method => item[method]).map(method => ({
    ...item[method], path, method: method.toUpperCase(), pattern: new RegExp(`^${path.replace(/\{[^}]+\}/g, '[^/]+')}/?$`),
  })));
}

export function documentedIn(operations) {
  return operations.flatMap(operation => Object.keys(operation.responses).map(status => `${operation.method} ${operation.path} ${status}`));
}

// The faults of a value by a schema; references within it are to the document that ajv knows as 'api'.
export function* against(ajv, schema, value, what) {
  const validate = ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"api#/')));
  if (!validate(value))
    yield* validate.errors.map(error => `${what}${error.instancePath} ${error.message}`);
}
