// Validates every exchange that the tests kept of Train Travel against the API's own OpenAPI document:
//
//   node train-travel.mjs <openapi.yaml> <exchanges.jsonl>
//
// Ends with 1 where an answer does not fit. Statuses that the document does not list (404 and 409 of payment, 405, 406, 413, 415, 503, and
// the addresses that its links lead to) must at least be a problem, or one of its resources.
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { XMLParser } from 'fast-xml-parser';
import { parse } from 'yaml';
import { against, argumentsOf, check, documentedIn, operationsOf } from './exchanges.mjs';

const [text, exchangesPath] = argumentsOf('train-travel.mjs', 'openapi.yaml');
const api = parse(text);
delete api['x-topics'];
forAnswers(api);

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats(ajv);
ajv.addFormat('iso-country-code', /^[A-Z]{2}$/);
ajv.addSchema(api, 'api');

const operations = operationsOf(api);
const linked = { '/stations/': 'Station', '/trips/': 'Trip' };

check({ dialect: 'train-travel', exchangesPath, documented: documentedIn(operations), answerOf, faultsOf });

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

function operationOf({ method, address }) {
  return operations.find(known => known.method === method && known.pattern.test(address));
}

function answerOf(exchange) {
  return `${exchange.method} ${operationOf(exchange)?.path ?? exchange.address.replace(/[^/]+$/, '…')} ${exchange.status}`;
}

function* faultsOf(exchange) {
  const { address, status, headers, mediaType, body } = exchange;
  const response = resolve(operationOf(exchange)?.responses[status]);
  if (!/^limit=\d+, remaining=\d+, reset=\d+$/.test(headers.ratelimit ?? ''))
    yield `RateLimit is ${headers.ratelimit}`;
  for (const [header, described] of Object.entries(response?.headers ?? {})) {
    const value = headers[header.toLowerCase()];
    if (value === undefined)
      yield `the header ${header} is missing`;
    else
      yield* against(ajv, resolve(described).schema, value, header);
  }

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

  yield* against(ajv, schema, value, 'the body');
  yield* more(value);
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
    if (!(data.xml.name in root))
      throw new Error(`there is no element ${data.xml.name}`);
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
