using Quittance.Core.Providers;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.OwnApi;

/// <summary>
/// The merchant's accounts at providers; never their keys. Numbers of cards go to their addresses, so an operator of the server's machine
/// alone connects one.
/// </summary>
internal sealed class OwnApiProviders(PublicAddress address, IConnectedProviders providers)
{
    public async Task<Answer> ListAsync(Call call)
    {
        var query = new OwnApiQuery(call.Http.Request);
        return query.Problem() is { } problem
            ? problem.ToAnswer(address)
            : OwnApiResponses.Providers.ToAnswer(await providers.ListAsync(call.Credential.Merchant, call.Cancel));
    }
}
