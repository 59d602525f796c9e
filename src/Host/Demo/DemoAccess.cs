using Quittance.Core;
using Quittance.Core.Access;

namespace Quittance.Host.Demo;

/// <summary>
/// Lets callers in to the demo. Train Travel tells its callers apart by their tokens; the demo has a secret for it too, which acts for the
/// demo's client, so that either sees what the other has booked.
/// </summary>
/// <param name="credentials">The credentials of all servers.</param>
/// <param name="clients">The demo's client.</param>
internal sealed class DemoAccess(ICredentials credentials, IClients clients) : ICredentials
{
    /// <inheritdoc/>
    public async ValueTask<Credential?> FindAsync(CredentialKind kind, string dialect, string secret, CancellationToken cancel)
    {
        var found = await credentials.FindAsync(kind, dialect, secret, cancel);
        return found is not null && dialect == Api.TrainTravel.Dialect && secret == DemoCredentials.TravelToken
            && await clients.FindAsync(DemoCredentials.TravelClient, cancel) is { } client
                ? found with { Subject = client.Credential.Subject }
                : found;
    }

    /// <inheritdoc/>
    public ValueTask<Credential?> OfCustomerAsync(MerchantId merchant, long installation, CancellationToken cancel) =>
        credentials.OfCustomerAsync(merchant, installation, cancel);
}
