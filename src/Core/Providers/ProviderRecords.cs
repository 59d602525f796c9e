namespace Quittance.Core.Providers;

/// <summary>A request as its provider has it.</summary>
/// <param name="Id">The attempt's id; whether there is such an attempt is for the books to say.</param>
/// <param name="Authorisation">The attempt that authorised the money; the request itself where it asks for that.</param>
/// <param name="Amount">Null for a void of an authorisation that never arrived.</param>
/// <param name="Answer">
/// Approved, declined or pending, with the provider's own id where it says it; unknown where the provider's word for it is not known here.
/// </param>
/// <param name="ChangedAt">When it last changed, as the provider says.</param>
public sealed record ListedRequest(
    Guid Id, Verb Verb, Guid Authorisation, Money? Amount, ProviderAnswer Answer, DateTimeOffset ChangedAt)
{
    /// <summary>The payment that the request said it was for; null where the provider does not know.</summary>
    public Guid? Payment { get; init; }

    /// <summary>The customer's account that the request said; null where the provider does not know.</summary>
    public Guid? Account { get; init; }

    /// <summary>Whether this is an authorisation whose money was given back by a void.</summary>
    public bool IsReleased { get; init; }
}

/// <summary>How far a dispute is at its provider.</summary>
public enum ListedDisputeState
{
    Open,

    /// <summary>The money came back to us.</summary>
    Won,

    /// <summary>The money stays with the payer.</summary>
    Lost,

    /// <summary>The provider's word for it is not known here.</summary>
    Unknown,
}

/// <summary>A dispute as its provider has it.</summary>
/// <param name="Reference">The provider's name for it.</param>
/// <param name="Authorisation">The attempt that authorised the money.</param>
/// <param name="ChangedAt">When it last changed, as the provider says.</param>
public sealed record ListedDispute(
    string Reference, DisputeKind Kind, Guid Authorisation, Money Amount, Money Fee, ListedDisputeState State, DateTimeOffset ChangedAt);

/// <summary>A page of what a provider has of a merchant's.</summary>
/// <param name="Next">Where the next page begins; null for the last page.</param>
public sealed record ProviderRecords(IReadOnlyList<ListedRequest> Requests, IReadOnlyList<ListedDispute> Disputes, string? Next)
{
    public static ProviderRecords None { get; } = new([], [], Next: null);
}
