// Validates every exchange that the tests of Train Travel kept against the API's own OpenAPI document:
//
//   node train-travel.mjs <openapi.yaml> <exchanges.jsonl>
//
// Ends with 1 where an answer does not fit. What the document does not list (404 and 409 of payment, 405, 406, 413, 415, 503, and
// the addresses that its links lead to) must at least be a problem, or one of its resources.
import { readFileSync } from 'node:fs';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { XMLParser } from 'fast-xml-parser';
import { parse } from 'yaml';

const [documentPath, exchangesPath] = process.argv.slice(2);
if (!documentPath || !exchangesPath) {
  console.error('node train-travel.mjs <openapi.yaml> <exchanges.jsonl>');
  process.exit(2);
}

const api = parse(readFileSync(documentPath, 'utf8'));
delete api['x-topics'];
forAnswers(api);

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats(ajv);
ajv.addFormat('iso-country-code', /^[A-Z]{2}$/);
ajv.addSchema(api, 'api');

const methods = ['get', 'post', 'delete'];
const operations = Object.entries(api.paths).flatMap(([path, item]) => methods.filter(method => item[method]).map(method => ({
  path, method, pattern: new RegExp(`^${path.replace(/\{[^}]+\}/g, '[^/]+')}$`), ...item[method],
})));
const linked = { '/stations/': 'Station', '/trips/': 'Trip' };
const failures = [];
const reached = new Map();
let checked = 0;

for (const line of readFileSync(exchangesPath, 'utf8').split('\n').filter(Boolean)) {
  const exchange = JSON.parse(line);
  checked++;
  for (const fault of faultsOf(exchange))
    failures.push(`${exchange.method} ${exchange.path} ${exchange.status}: ${fault}\n    ${exchange.body.slice(0, 300)}`);
}

const documented = operations.flatMap(operation => Object.keys(operation.responses).map(status => `${operation.method.toUpperCase()} ${operation.path} ${status}`));
for (const answer of documented)
  console.log(`${String(reached.get(answer) ?? 0).padStart(6)}  ${answer}`);
const others = [...reached].filter(([answer]) => !documented.includes(answer));
for (const [answer, times] of others.sort())
  console.log(`${String(times).padStart(6)}  ${answer} (not in the document)`);
console.log(`${checked} answers checked, ${documented.filter(answer => reached.has(answer)).length} of ${documented.length} documented ones reached, ${failures.length} do not fit`);
for (const failure of [...new Set(failures)].slice(0, 40))
  console.error(failure);
process.exit(failures.length > 0 || checked === 0 ? 1 : 0);

// OpenAPI 3.1: what is write-only is in no answer, and required in requests only.
function forAnswers(node) {
  if (Array.isArray(node))
    node.forEach(forAnswers);
  else if (node && typeof node === 'object') {
    for (const [name, schema] of Object.entries(node.properties ?? {})) {
      if (schema?.writeOnly) {
        node.properties[name] = false;
        node.required = node.required?.filter(required => required !== name);
      }
    }
    Object.values(node).forEach(forAnswers);
  }
}

function resolve(node) {
  return node?.$ref ? node.$ref.slice(2).split('/').reduce((at, key) => at[key.replace(/~1/g, '/').replace(/~0/g, '~')], api) : node;
}

function* faultsOf({ method, path, status, headers, body }) {
  const address = path.split('?')[0];
  const operation = operations.find(known => known.method === method.toLowerCase() && known.pattern.test(address));
  const response = resolve(operation?.responses[status]);
  const name = operation ? `${method} ${operation.path} ${status}` : `${method} ${address.replace(/[^/]+$/, '…')} ${status}`;
  reached.set(name, (reached.get(name) ?? 0) + 1);
  const sent = Object.fromEntries(Object.entries(headers).map(([header, value]) => [header.toLowerCase(), value]));
  if (!/^limit=\d+, remaining=\d+, reset=\d+$/.test(sent.ratelimit ?? ''))
    yield `RateLimit is ${sent.ratelimit}`;
  for (const [header, described] of Object.entries(response?.headers ?? {})) {
    const value = sent[header.toLowerCase()];
    if (value === undefined)
      yield `the header ${header} is missing`;
    else
      yield* against(resolve(described).schema, value, header);
  }

  const mediaType = (sent['content-type'] ?? '').split(';')[0];
  if (!response) {
    if (status < 300) {
      const resource = Object.keys(linked).find(prefix => address.startsWith(prefix));
      yield* resource ? fits({ $ref: `api#/components/schemas/${linked[resource]}` }, mediaType, body) : ['no such operation'];
    } else {
      yield* problem(mediaType, body, status);
    }
  } else if (!response.content) {
    if (body !== '')
      yield 'it has a body';
  } else if (!response.content[mediaType]) {
    yield `${mediaType} is not among ${Object.keys(response.content).join(', ')}`;
  } else if (status >= 400) {
    yield* problem(mediaType, body, status);
  } else {
    yield* fits(response.content[mediaType].schema, mediaType, body);
  }
}

function* problem(mediaType, body, status) {
  if (!/^application\/problem\+(json|xml)$/.test(mediaType))
    yield `${mediaType} is no problem`;
  yield* fits({ $ref: 'api#/components/schemas/Problem' }, mediaType, body, value => value.status === status ? [] : ['another status in the body']);
}

function* fits(schema, mediaType, body, more = () => []) {
  let value;
  try {
    value = mediaType.endsWith('xml') ? fromXml(schema, body) : JSON.parse(body);
  } catch (error) {
    yield `can't be read: ${error.message}`;
    return;
  }

  yield* against(schema, value, 'the body');
  yield* more(value);
}

function* against(schema, value, what) {
  // References within the document are relative to it.
  const validate = ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"api#/')));
  if (!validate(value))
    yield* validate.errors.map(error => `${what}${error.instancePath} ${error.message}`);
}

// The JSON that an XML answer says, by the names that the document gives elements.
function fromXml(schema, body) {
  const parser = new XMLParser({ ignoreAttributes: false, parseTagValue: false, ignoreDeclaration: true, isArray: name => name === 'i' });
  const parsed = parser.parse(body, true);
  const names = Object.keys(parsed);
  if (names.length !== 1)
    throw new Error(`${names.length} roots`);
  const described = flat(schema);
  if (names[0] !== described.xml?.name)
    throw new Error(`the root is ${names[0]} and not ${described.xml?.name}`);
  const root = parsed[names[0]];
  if ((root['@_xmlns'] ?? '') !== (described.xml.namespace ?? ''))
    throw new Error(`the namespace is ${root['@_xmlns']}`);
  delete root['@_xmlns'];
  const data = described.properties.data && flat(described.properties.data);
  if (data?.xml?.wrapped) {
    const item = flat(data.items);
    const wrapper = root[data.xml.name] || {};
    delete root[data.xml.name];
    root.data = [wrapper[item.xml.name] ?? []].flat().map(element => typed(item, element));
  }

  if (root.errors)
    root.errors = root.errors.i;
  return typed(described, root);
}

function typed(schema, element) {
  return Object.fromEntries(Object.entries(element).map(([name, value]) => {
    const type = flat(schema.properties?.[name] ?? {}).type;
    if (type === 'boolean' && (value === 'true' || value === 'false'))
      return [name, value === 'true'];
    if ((type === 'number' || type === 'integer') && /^-?\d+(\.\d+)?$/.test(value))
      return [name, Number(value)];
    return [name, value];
  }));
}

// A schema with what its references and its parts say, in one object.
function flat(schema) {
  const found = schema.$ref ? resolve({ $ref: schema.$ref.replace(/^api/, '') }) : schema;
  return (found.allOf ?? []).map(flat).reduce(
    (all, part) => ({
      ...all, ...part, xml: part.xml ?? all.xml,
      properties: { ...all.properties, ...part.properties, ...merged(all.properties?.data, part.properties?.data) },
    }),
    { ...found, allOf: undefined });
}

function merged(one, other) {
  return one && other ? { data: { ...one, ...other } } : {};
}
