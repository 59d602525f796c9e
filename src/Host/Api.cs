using Quittance.BackOffice.BankCollections;
using Quittance.Console.Access;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Dialects.Http;
using Quittance.Dialects.Midnight;
using Quittance.Dialects.OracleBrm;
using Quittance.Dialects.OwnApi;
using Quittance.Dialects.SportAlliance;
using Quittance.Dialects.Tmf676;
using Quittance.Dialects.TrainTravel;

namespace Quittance.Host;

/// <summary>An API that operators set up, as its dialect says.</summary>
internal sealed record Api : DialectSetup
{
    private Api(DialectSetup setup)
        : base(setup)
    {
    }

    public static Api OracleBrm { get; } = new(OracleBrmRoutes.Setup);

    public static Api Own { get; } = new(OwnApiRoutes.Setup);

    public static Api Tmf676 { get; } = new(Tmf676Routes.Setup);

    public static Api Midnight { get; } = new(MidnightRoutes.Setup);

    public static Api SportAlliance { get; } = new(SportAllianceRoutes.Setup);

    public static Api TrainTravel { get; } = new(TrainTravelRoutes.Setup);

    /// <summary>All APIs, in the order of their names.</summary>
    public static IReadOnlyList<Api> All { get; } = [Midnight, OracleBrm, Own, SportAlliance, Tmf676, TrainTravel];

    /// <summary>How clients of the APIs name customers.</summary>
    public static CustomerNames CustomerNames { get; } = new(
        [.. All.Select(api => api.Dialect)],
        (merchant, dialect, name) => All.FirstOrDefault(api => api.Dialect == dialect) is { } api && api.MayName(name)
            ? new Reference(merchant, api.Dialect, api.AccountKind(name), name) : null);

    /// <summary>The rights that people may give to clients, for all APIs.</summary>
    public static PeopleRights Rights { get; } = new(All.SelectMany(api => api.OfferedScopes, (api, scope) => (api.Dialect, scope)));

    /// <summary>The API as the console shows it to admins.</summary>
    public OfferedApi Offered => new(Dialect, Credentials, Scopes, TakesTokens)
    {
        UsualScopes = UsualScopes,
        Header = Header,
        Domain = DomainOf,
        Events = [.. WebhookEvents.Select(named => (named.Name, named.Types))],
        SendsEveryEvent = SendsEveryEvent,
    };

    /// <summary>The domain that a merchant's clients say beside their user; null where a client has one name only.</summary>
    public string? DomainOf(MerchantId merchant) => Domain?.Invoke(merchant);

    /// <summary>
    /// The words for people who sign in that say what a scope of an installation allows; the scope itself where there are none.
    /// </summary>
    public static string WordsOf(Installation installation, string scope) =>
        All.FirstOrDefault(api => api.Dialect == installation.Dialect)?.OfferedScopes.FirstOrDefault(one => one.Scope == scope)?.Words
            ?? scope;

    /// <summary>The header that carries a credential of this kind.</summary>
    public static string Header(CredentialKind kind, string secret) => kind switch
    {
        CredentialKind.Bearer or CredentialKind.Customer => $"Authorization: Bearer {secret}",
        CredentialKind.Midnight => $"Authorization: Midnight {secret}",
        CredentialKind.Prc => $"Authorization: PRC {secret}",
        CredentialKind.MisKey => $"MISKEY: {secret}",
        CredentialKind.ApiKey => $"X-API-KEY: {secret}",
        CredentialKind.Client or CredentialKind.Issuer => throw new ArgumentException("No header carries it.", nameof(kind)),
    };
}
