// Drives the authorisation server with a certified client library: what breaks a rule of the RFCs on the client's side fails here. What
// the test gives comes by standard input, since arguments are visible.
import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import * as oauth from 'oauth4webapi';

const { issuer, client_id, secret, scope, redirectUri, email, password, operation } = JSON.parse(await text(process.stdin));
const http = { [oauth.allowInsecureRequests]: true };
const address = new URL(issuer);
const server = await oauth.processDiscoveryResponse(
  address, await oauth.discoveryRequest(address, { ...http, algorithm: 'oauth2' }));
const client = { client_id };
const proof = oauth.ClientSecretBasic(secret);

assert.deepEqual(server.code_challenge_methods_supported, ['S256']);
assert.deepEqual(server.response_types_supported, ['code']);
assert.equal(server.authorization_response_iss_parameter_supported, true);

/** The sum of what a token is worth: whether the server knows it, and whether the API lets it in. */
async function worth(token) {
  const known = await oauth.processIntrospectionResponse(
    server, client, await oauth.introspectionRequest(server, client, proof, token, http));
  const used = await oauth.protectedResourceRequest(token, 'GET', new URL(operation, issuer), undefined, undefined, http)
    .then((answer) => answer.status, (refused) => refused.status);
  // 404: nothing is there, and the token was let in.
  assert.equal(used, known.active ? 404 : 401);
  return known;
}

/** A person's browser: opens the page of sign-in, and sends its form. Returns where it is sent back to. */
async function visit(parameters, decision = 'allow') {
  const to = new URL(server.authorization_endpoint);
  for (const [name, value] of Object.entries(parameters)) to.searchParams.set(name, value);
  const page = await fetch(to, { redirect: 'manual' });
  if (page.status !== 200) return { status: page.status, location: page.headers.get('location') };
  const html = await page.text();
  const form = new URLSearchParams({ proof: html.match(/name="proof" value="([^"]*)"/)[1], email, password, decision });
  const action = html.match(/action="([^"]*)"/)[1].replaceAll('&amp;', '&');
  const sent = await fetch(new URL(action, issuer), {
    method: 'POST', redirect: 'manual', body: form,
    headers: { cookie: page.headers.getSetCookie().map((cookie) => cookie.split(';')[0]).join('; ') },
  });
  return { status: sent.status, location: sent.headers.get('location'), text: await sent.text() };
}

/** The code flow, up to the code. */
async function asked(decision) {
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const back = await visit({
    response_type: 'code', client_id, redirect_uri: redirectUri, scope, state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
  }, decision);
  assert.equal(back.status, 303, back.text);
  // Checks the state and the issuer (RFC 9207), and throws where the person said no.
  return { verifier, parameters: oauth.validateAuthResponse(server, client, new URL(back.location), state) };
}

const redeem = ({ verifier, parameters }) =>
  oauth.authorizationCodeGrantRequest(server, client, proof, parameters, redirectUri, verifier, http);
const tokensOf = async (answer) => oauth.processAuthorizationCodeResponse(server, client, await answer);
const refresh = async (token) => oauth.processRefreshTokenResponse(
  server, client, await oauth.refreshTokenGrantRequest(server, client, proof, token, http));
const refused = (error) => (thrown) => {
  assert.equal(thrown.error, error);
  return true;
};

// A client for itself.
const own = await oauth.processClientCredentialsResponse(
  server, client, await oauth.clientCredentialsGrantRequest(server, client, proof, { scope }, http));
assert.deepEqual([own.token_type, own.scope, own.refresh_token], ['bearer', scope, undefined]);
assert.equal((await worth(own.access_token)).client_id, client_id);
await oauth.processRevocationResponse(await oauth.revocationRequest(server, client, proof, own.access_token, http));
assert.equal((await worth(own.access_token)).active, false);

// A client for a person, who comes back with a code; each refresh gives new tokens, and ends the old ones.
const first = await tokensOf(redeem(await asked()));
const known = await worth(first.access_token);
assert.deepEqual([known.scope, typeof known.sub], [scope, 'string']);
const second = await refresh(first.refresh_token);
assert.equal((await worth(second.access_token)).active, true);

// A refresh token that comes a second time ends the whole family.
await assert.rejects(refresh(first.refresh_token), refused('invalid_grant'));
assert.equal((await worth(second.access_token)).active, false);

// So does a code.
const twice = await asked();
const { access_token: once } = await tokensOf(redeem(twice));
await assert.rejects(tokensOf(redeem(twice)), refused('invalid_grant'));
assert.equal((await worth(once)).active, false);

// Of four at once, one wins.
const atOnce = await asked();
const redeemed = await Promise.allSettled([1, 2, 3, 4].map(() => tokensOf(redeem(atOnce))));
assert.equal(redeemed.filter((one) => one.status === 'fulfilled').length, 1);
const third = await tokensOf(redeem(await asked()));
const refreshed = await Promise.allSettled([1, 2, 3, 4].map(() => refresh(third.refresh_token)));
assert.equal(refreshed.filter((one) => one.status === 'fulfilled').length, 1);

// Another verifier, a person who says no, and a proof of possession in the clear.
await assert.rejects(
  tokensOf(redeem({ ...await asked(), verifier: oauth.generateRandomCodeVerifier() })), refused('invalid_grant'));
await assert.rejects(asked('deny'), refused('access_denied'));
const plain = await visit({
  response_type: 'code', client_id, redirect_uri: redirectUri, scope, code_challenge: 'x'.repeat(43), code_challenge_method: 'plain',
});
assert.throws(() => oauth.validateAuthResponse(server, client, new URL(plain.location)), refused('invalid_request'));

// A secret that is wrong.
await assert.rejects(
  oauth.clientCredentialsGrantRequest(server, client, oauth.ClientSecretBasic(`${secret}x`), {}, http)
    .then((answer) => oauth.processClientCredentialsResponse(server, client, answer)),
  (thrown) => thrown.status === 401);
