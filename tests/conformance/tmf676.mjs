// Validates every exchange that the tests kept of TMF676 against the API's own document, which is Swagger 2.0:
//
//   node tmf676.mjs <swagger.json> <exchanges.jsonl>
//
// Ends with 1 where an answer does not fit. Statuses that the document does not list (404 of what a request names, 413, 415, 429, 503) must at least
// be one of its errors.
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { against, argumentsOf, check, documentedIn, operationsOf } from './exchanges.mjs';

const [text, exchangesPath] = argumentsOf('tmf676.mjs', 'swagger.json');
const api = JSON.parse(text);
const ajv = new Ajv({ strict: false, allErrors: true });
addFormats(ajv);
ajv.addFormat('float', { type: 'number', validate: Number.isFinite });
ajv.addSchema(api, 'api');

// Without the listeners, which are the clients' part.
const operations = operationsOf(api).filter(operation => !operation.path.startsWith('/listener'));
const mounts = ['/paymentManagement/v4', '/payment/v4'];
const error = { $ref: '#/definitions/Error' };

check({ dialect: 'tmf676', exchangesPath, documented: documentedIn(operations), answerOf, faultsOf });

function pathOf({ address }) {
  const mount = mounts.find(mount => address.toLowerCase().startsWith(`${mount.toLowerCase()}/`));
  return mount ? address.slice(mount.length) : address;
}

function operationOf(exchange) {
  const path = pathOf(exchange);
  return operations.find(known => known.method === exchange.method && known.pattern.test(path))
    // What 405 is about: the path.
    ?? (exchange.status === 405 ? operations.find(known => known.pattern.test(path)) : undefined);
}

function answerOf(exchange) {
  const operation = operationOf(exchange);
  return operation ? `${operation.method} ${operation.path} ${exchange.status}` : `${exchange.method} … ${exchange.status}`;
}

function* faultsOf(exchange) {
  const { status, headers, body } = exchange;
  const response = operationOf(exchange)?.responses[status];
  if (!response && status < 400) {
    yield 'the document does not know it';
    return;
  }

  const schema = response ? response.schema : error;
  if (!schema) {
    if (body !== '')
      yield 'it has a body';
    return;
  }

  if (headers['content-type']?.toLowerCase().replaceAll(' ', '') !== api.produces[0])
    yield `Content-Type is ${headers['content-type']}`;
  for (const [header, described] of Object.entries(response?.headers ?? {})) {
    // Beyond 10,000 items no answer says how many there are.
    if (headers[header.toLowerCase()] === undefined && header !== 'X-Total-Count')
      yield `the header ${header} is missing`;
    else if (headers[header.toLowerCase()] !== undefined)
      yield* against(ajv, described, Number(headers[header.toLowerCase()]), header);
  }

  let value;
  try {
    value = JSON.parse(body);
  } catch (broken) {
    yield `the body can't be read: ${broken.message}`;
    return;
  }

  yield* against(ajv, isSelected(exchange) ? withoutRequired(schema) : schema, value, 'the body');
  if (status >= 400 && value.status !== String(status))
    yield 'another status in the body';
  if (status === 201 && 'href' in value && headers.location !== value.href)
    yield 'Location is not its href';
}

// With fields, only the attributes that it names come back.
function isSelected({ path }) {
  return /[?&]fields=/.test(path);
}

function withoutRequired(schema) {
  if (schema.items)
    return { ...schema, items: withoutRequired(schema.items) };
  const { required, ...rest } = schema.$ref.slice(2).split('/').reduce((at, key) => at[key], api);
  return rest;
}
