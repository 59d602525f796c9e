// An authorisation server of somebody else's, with clients and people as tests need them. It says where it listens on its
// first line, and ends with its standard input.
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const secret = process.env.ISSUER_SECRET;
const resource = process.env.ISSUER_RESOURCE;
const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [
      // The resource server, which only asks.
      { client_id: 'quittance', client_secret: secret, grant_types: [], response_types: [], redirect_uris: [] },
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
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
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

  server.on('request', provider.callback());
  console.log(issuer);
});
process.stdin.resume();
process.stdin.on('end', () => process.exit());
