// JSON schemas of Stripe's objects, made from the declarations of Stripe's own library. They are of a later version of the API than the
// one that Quittance pins, so the members between the two are named here.
import { fileURLToPath } from 'node:url';
import Ajv from 'ajv';
import { createGenerator, ExposeNodeParser } from 'ts-json-schema-generator';

// Members of the pinned version that the declarations have no more, or with other words, by the object that has them.
const older = {
  'checkout.session': ['invoice', 'shipping_details', 'ui_mode'],
  payment_intent: ['invoice'],
};

// Members that later versions brought.
const newer = new Set([
  'adaptive_pricing', 'allow_redisplay', 'allowed_payment_method_types', 'balance_type', 'collected_information', 'customer_account',
  'destination_details', 'discounts', 'enhanced_eligibility', 'enhanced_eligibility_types', 'enhanced_evidence',
  'excluded_payment_method_types', 'integration_identifier',
  'intended_submission_method', 'managed_payments', 'origin_context', 'payment_record', 'payout_method', 'permissions', 'provider',
  'regulated_status', 'submission_method', 'tax_id', 'trace_id', 'wallet_options',
]);
const newerOf = { refund: ['customer', 'payment_method'] };

// Two of its files may each declare a type of one name.
const named = ExposeNodeParser.prototype.getDefinitionName;
ExposeNodeParser.prototype.getDefinitionName = function (node, context) {
  return `${node.getSourceFile()?.fileName ?? ''} ${named.call(this, node, context)}`;
};

const schema = createGenerator({
  path: fileURLToPath(new URL('objects.ts', import.meta.url)), type: 'Objects', expose: 'all', topRef: false, jsDoc: 'none',
  additionalProperties: false, skipTypeCheck: true,
}).createSchema('Objects');

for (const definition of Object.values(schema.definitions))
  if (definition.required) definition.required = definition.required.filter((name) => !newer.has(name));
const definitionOf = (kind) => schema.definitions[decodeURIComponent(schema.properties[kind].$ref).slice('#/definitions/'.length)];
for (const [kind, names] of Object.entries(older)) for (const name of names) definitionOf(kind).properties[name] = {};
for (const [kind, names] of Object.entries(newerOf))
  definitionOf(kind).required = definitionOf(kind).required.filter((name) => !names.includes(name));

// The face expands an id to one of these objects alone: without the others, the schemas are compiled in a moment.
const kept = new Set(Object.values(schema.properties).map((property) => property.$ref));
function prune(node) {
  if (Array.isArray(node?.anyOf) && node.anyOf.some((one) => one.type === 'string'))
    node.anyOf = node.anyOf.filter((one) => one.$ref === undefined || kept.has(one.$ref));
  for (const part of Object.values(node)) if (part !== null && typeof part === 'object') prune(part);
}
prune(schema.definitions);

const ajv = new Ajv({ strict: false, allErrors: true, logger: false }).addSchema(schema, 'stripe');
const checks = new Map();

/** What is wrong with an object; an empty list for nothing, and for one that has no schema here. */
export function faultsOf(object) {
  if (!(object.object in schema.properties)) return [];
  if (!checks.has(object.object)) checks.set(object.object, ajv.compile({ $ref: `stripe#/properties/${object.object}` }));
  const check = checks.get(object.object);
  return check(object) ? [] : check.errors.map((error) => `${object.object}${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`);
}
