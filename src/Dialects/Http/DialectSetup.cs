using System.Globalization;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Ledger;

namespace Quittance.Dialects.Http;

/// <summary>
/// The facts of an API that an operator needs to set it up: its credentials, and the names that its clients give to things.
/// </summary>
/// <param name="Dialect">The dialect's name.</param>
/// <param name="Credentials">The credentials a client needs, all of them.</param>
/// <param name="OfferedScopes">The scopes of a credential, unless a narrower set is asked for.</param>
/// <param name="AccountKind">The kind of reference by which clients find an account of this name.</param>
/// <param name="ChargeKind">The kind of reference by which clients find a charge of this name.</param>
public record DialectSetup(
    string Dialect, IReadOnlyList<CredentialKind> Credentials, IReadOnlyList<OfferedScope> OfferedScopes,
    Func<string, string> AccountKind, Func<string, string> ChargeKind)
{
    /// <summary>The kinds that name an order by id and by number; null where there are no orders.</summary>
    public (string Id, string Number)? Order { get; init; }

    /// <summary>Whether its clients name accounts and charges by whole numbers above zero, and list charges by them.</summary>
    public bool CountsNames { get; init; }

    /// <summary>
    /// The kind of reference by which clients find a charge by the number printed on the bill; null where that is a charge's name too.
    /// </summary>
    public string? DocumentKind { get; init; }

    /// <summary>Whether scripts in the pages of allowed origins may call it.</summary>
    public bool ServesBrowsers { get; init; }

    /// <summary>The domain that a merchant's clients say beside their user; null where a client has one name only.</summary>
    public Func<MerchantId, string>? Domain { get; init; }

    /// <summary>The events that webhooks can tell its clients.</summary>
    public IReadOnlyList<WebhookEvent> WebhookEvents { get; init; } = [];

    /// <summary>Whether a change of any type is among its events, also a type that comes later.</summary>
    public bool SendsEveryEvent => Enum.GetValues<EventType>().All(WebhookEvents.SelectMany(named => named.Types).Contains);

    /// <summary>
    /// The scopes that stand for several others, or give others access. A new credential has one only where it is named.
    /// </summary>
    public IReadOnlyList<string> WideScopes { get; init; } = [];

    /// <summary>The scopes of a credential where none is named.</summary>
    public IReadOnlyList<string> UsualScopes => [.. Scopes.Except(WideScopes)];

    public IReadOnlyList<string> Scopes => [.. OfferedScopes.Select(scope => scope.Scope)];

    /// <summary>Whether clients of the authorisation server get tokens for it.</summary>
    public bool TakesTokens => Credentials.Any(kind => kind is CredentialKind.Bearer or CredentialKind.Client or CredentialKind.Midnight);

    /// <summary>The number that a name of this API is; null where it has other names, or this is none.</summary>
    public long? NumberOf(string name) =>
        CountsNames && long.TryParse(name, NumberStyles.None, null, out var number) && number > 0 && number.ToString() == name ? number
            : null;

    /// <summary>The form of the names of accounts and charges, as the end of a sentence.</summary>
    public string NameRule =>
        CountsNames ? "whole numbers above 0, without leading zeros" : $"texts {OneLine.Rule}, and no UUIDs as our ids are";

    /// <summary>Whether an account or a charge may have this name.</summary>
    public bool MayName(string name) =>
        CountsNames ? NumberOf(name) is not null : OneLine.IsName(name) && !Reference.IsLikeId(Dialect, name);
}
