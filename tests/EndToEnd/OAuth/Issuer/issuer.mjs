// An authorisation server of somebody else's, with clients and people as tests need them. It says where it listens on its
// first line, and ends with its standard input.
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

// The people of the organisation, as its ID tokens tell of them.
const people = {
  ada: { email: 'ada@example.com', email_verified: true, name: 'Ada Lovelace', roles: ['staff', 'quittance-operator'] },
  grace: { email: 'grace@example.com', email_verified: true, name: 'Grace Hopper', roles: ['quittance-viewer', 'quittance-admin'] },
  eve: { email: 'eve@example.com', email_verified: true, name: 'Eve', roles: ['staff'] },
  mallory: { email: 'ada@example.com', email_verified: false, name: 'Mallory', roles: ['quittance-admin'] },
};

const secret = process.env.ISSUER_SECRET;
const resource = process.env.ISSUER_RESOURCE;
const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [
      // The resource server, which only asks.
      { client_id: 'quittance', client_secret: secret, grant_types: [], response_types: [], redirect_uris: [] },
      {
        client_id: 'quittance-console', client_secret: secret, redirect_uris: [process.env.ISSUER_RETURN ?? 'http://127.0.0.1:1/none'],
      },
      { client_id: 'rail', client_secret: secret, grant_types: ['client_credentials'], response_types: [], redirect_uris: [] },
    ],
    scopes: ['payment.read', 'payment.write'],
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      introspection: { enabled: true, allowedPolicy: () => true },
      revocation: { enabled: true, allowedPolicy: () => true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => undefined,
        useGrantedResource: () => true,
        getResourceServerInfo: (_, indicator) => ({ scope: 'payment.read payment.write', audience: indicator, accessTokenFormat: 'opaque', accessTokenTTL: 3600 }),
      },
    },
    claims: { openid: ['sub', 'roles'], email: ['email', 'email_verified'], profile: ['name'] },
    conformIdTokenClaims: false,
    interactions: { url: (_, interaction) => `/sign-in/${interaction.uid}` },
    loadExistingGrant: async (context) => {
      const { client, session } = context.oidc;
      const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...people[id] }) }),
  });

  // A token as the code flow would give it, without the pages of its way there.
  provider.use(async (context, next) => {
    if (context.path !== '/test/token') return next();
    const { account, scope, audience, ttl } = context.query;
    const client = await provider.Client.find('rail');
    const grant = new provider.Grant({ accountId: account, clientId: client.clientId });
    grant.addResourceScope(audience ?? resource, scope);
    const token = new provider.AccessToken({ accountId: account, client, grantId: await grant.save(), gty: 'authorization_code', scope });
    token.resourceServer = new provider.ResourceServer(audience ?? resource, { scope, audience: audience ?? resource, accessTokenFormat: 'opaque' });
    if (ttl) token.expiresIn = Number(ttl);
    context.body = await token.save();
  });

  // Its page, on which a person says who they are.
  provider.use(async (context, next) => {
    const uid = /^\/sign-in\/([^/?]+)$/.exec(context.path)?.[1];
    if (!uid) return next();
    if (context.query.user) return provider.interactionFinished(context.req, context.res, { login: { accountId: context.query.user } });
    context.type = 'html';
    context.body = `<!DOCTYPE html><html lang="en"><title>Example Ltd</title><main><h1>Example Ltd</h1><form><label>Name <input name="user"></label><button>Enter</button></form></main></html>`;
  });

  server.on('request', provider.callback());
  console.log(issuer);
});
process.stdin.resume();
process.stdin.on('end', () => process.exit());
