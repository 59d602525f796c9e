using System.Globalization;
using Quittance.Console.Access;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Dialects.Http;
using Quittance.Dialects.Midnight;
using Quittance.Dialects.OracleBrm;
using Quittance.Dialects.SportAlliance;
using Quittance.Dialects.Tmf676;
using Quittance.Dialects.Tmf676.Resources;
using Quittance.Dialects.TrainTravel;

namespace Quittance.Host;

/// <summary>What an operator must know of an API to set it up: its credentials, and what its clients call things.</summary>
/// <param name="Dialect">The dialect's name.</param>
/// <param name="Credentials">The credentials a client needs, all of them.</param>
/// <param name="Scopes">What a credential may do when nothing narrower is asked for.</param>
/// <param name="AccountKind">The kind of reference by which clients would find an account of this name.</param>
/// <param name="ChargeKind">The kind of reference by which clients would find a charge of this name.</param>
/// <param name="Order">The kinds that name an order by id and by number; null where there are no orders.</param>
internal sealed record Api(
    string Dialect, IReadOnlyList<CredentialKind> Credentials, IReadOnlyList<string> Scopes, Func<string, string> AccountKind,
    Func<string, string> ChargeKind, (string Id, string Number)? Order)
{
    /// <summary>Whether its clients name accounts and charges by whole numbers above zero, and list charges by them.</summary>
    public bool CountsNames { get; init; }

    /// <summary>The kind of reference by which clients would find a charge by the number printed on the bill; null where that is a charge's name too.</summary>
    public string? DocumentKind { get; init; }

    /// <summary>What someone who signs in is told that a scope allows.</summary>
    public IReadOnlyDictionary<string, string> ScopeWords { get; init; } = new Dictionary<string, string>();

    /// <summary>What its clients can be told of by webhooks.</summary>
    public IReadOnlyList<WebhookEvent> WebhookEvents { get; init; } = [];

    /// <summary>Accounts and bills are named by their POID or by their number; accounts by the POID of their bill unit too.</summary>
    public static Api OracleBrm { get; } = new(
        TmfNames.OracleBrm, [CredentialKind.Bearer], [OracleBrmRoutes.ReadScope, OracleBrmRoutes.WriteScope],
        name => Poid.TryParse(name, out var poid) ? poid.Class == Poid.BillUnitClass ? TmfNames.BillUnit : TmfNames.Account : TmfNames.AccountNumber,
        name => Poid.TryParse(name, out _) ? TmfNames.Bill : TmfNames.BillNumber, null)
    {
        ScopeWords = new Dictionary<string, string> { [OracleBrmRoutes.ReadScope] = "See payments", [OracleBrmRoutes.WriteScope] = "Record payments" },
    };

    public static Api Tmf676 { get; } = new(
        TmfNames.Tmf676, [CredentialKind.Bearer], [Tmf676Routes.ReadScope, Tmf676Routes.WriteScope],
        _ => TmfNames.Account, _ => TmfNames.Bill, null)
    {
        // What never happens nobody need be told of.
        WebhookEvents = [.. Tmf676Events.All.Where(told => told.Types.Count > 0)],
        ScopeWords = new Dictionary<string, string> { [Tmf676Routes.ReadScope] = "See payments", [Tmf676Routes.WriteScope] = "Record payments" },
    };

    public static Api Midnight { get; } = new(
        MidnightNames.Dialect, [CredentialKind.Prc, CredentialKind.Midnight, CredentialKind.MisKey], [MidnightRoutes.ReadScope, MidnightRoutes.WriteScope],
        _ => MidnightNames.Customer, _ => MidnightNames.Charge, (MidnightNames.Order, MidnightNames.OrderNumber));

    public static Api SportAlliance { get; } = new(
        SportAllianceNames.Dialect, [CredentialKind.ApiKey],
        [SportAllianceRoutes.PaymentWriteScope, SportAllianceRoutes.AccountReadScope, SportAllianceRoutes.AccountWriteScope],
        _ => SportAllianceNames.Customer, _ => SportAllianceNames.DebtClaim, null)
    {
        CountsNames = true,
        DocumentKind = SportAllianceNames.Document,
    };

    /// <summary>Its clients get tokens from the authorisation server. Accounts and charges come with bookings.</summary>
    public static Api TrainTravel { get; } = new(
        TrainTravelNames.Dialect, [CredentialKind.Client], [TrainTravelRoutes.ReadScope, TrainTravelRoutes.WriteScope],
        _ => TrainTravelNames.Booking, _ => TrainTravelNames.Booking, null)
    {
        ScopeWords = new Dictionary<string, string>
        {
            [TrainTravelRoutes.ReadScope] = "See your bookings, and pay for them",
            [TrainTravelRoutes.WriteScope] = "Book trips for you, and cancel bookings",
        },
        WebhookEvents = TrainTravelEvents.All,
    };

    /// <summary>All APIs, in the order of their names.</summary>
    public static IReadOnlyList<Api> All { get; } = [Midnight, OracleBrm, SportAlliance, Tmf676, TrainTravel];

    /// <summary>The number that a name of this API is; null where it has other names, or this is none.</summary>
    public long? NumberOf(string name) =>
        CountsNames && long.TryParse(name, NumberStyles.None, null, out var number) && number > 0 && number.ToString() == name ? number : null;

    /// <summary>Whether an account or a charge may have this name.</summary>
    public bool MayName(string name) => !CountsNames || NumberOf(name) is not null;

    /// <summary>What admins are told of it in the console.</summary>
    public OfferedApi Offered => new(Dialect, Credentials, Scopes, TakesTokens)
    {
        Header = Header,
        Domain = DomainOf,
        Events = [.. WebhookEvents.Select(told => (told.Name, told.Types))],
    };

    /// <summary>Whether clients of the authorisation server get tokens for it.</summary>
    public bool TakesTokens => Credentials.Any(kind => kind is CredentialKind.Bearer or CredentialKind.Client or CredentialKind.Midnight);

    /// <summary>The domain that clients of Midnight say beside their user; null for all else, where the two are one name.</summary>
    public string? DomainOf(MerchantId merchant) => this == Midnight ? $"merchant-{merchant.Value}" : null;

    /// <summary>What someone who signs in is told that a scope of an installation allows; where there are no words for it, the scope itself.</summary>
    public static string WordsOf(Installation installation, string scope) =>
        All.FirstOrDefault(api => api.Dialect == installation.Dialect)?.ScopeWords.GetValueOrDefault(scope) ?? scope;

    /// <summary>The header that carries a credential of this kind.</summary>
    public static string Header(CredentialKind kind, string secret) => kind switch
    {
        CredentialKind.Bearer => $"Authorization: Bearer {secret}",
        CredentialKind.Midnight => $"Authorization: Midnight {secret}",
        CredentialKind.Prc => $"Authorization: PRC {secret}",
        CredentialKind.MisKey => $"MISKEY: {secret}",
        CredentialKind.Customer => $"Authorization: Bearer {secret}",
        CredentialKind.ApiKey => $"X-API-KEY: {secret}",
        CredentialKind.Client or CredentialKind.Issuer => throw new ArgumentException("No header carries it.", nameof(kind)),
    };
}
