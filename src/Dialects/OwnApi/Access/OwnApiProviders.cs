using Microsoft.AspNetCore.Builder;
using Quittance.Core.Providers;
using Quittance.Dialects.Http;
using static Quittance.Dialects.OwnApi.OwnApiRoutes;

namespace Quittance.Dialects.OwnApi.Access;

/// <summary>
/// The merchant's accounts at providers; never their keys. Numbers of cards go to their addresses, so an operator of the server's machine
/// alone connects one.
/// </summary>
internal sealed class OwnApiProviders(IConnectedProviders providers)
{
    public void Map(DialectRoutes routes) =>
        routes.Get($"{Mount}/providers", AdministerScope, ListAsync).WithMetadata(AccessShapes.ListProviders);

    private async Task<Answer> ListAsync(Call call) =>
        AccessShapes.Providers.ToAnswer(await providers.ListAsync(call.Credential.Merchant, call.Cancel));
}
