namespace Quittance.Core.Attempts;

/// <summary>What a provider answered. A value also when nothing came: network trouble is <see cref="Verdict.Unknown"/> and no exception.</summary>
/// <param name="Verdict">What it says.</param>
/// <param name="Reason">Why, where it declined.</param>
public sealed record ProviderAnswer(Verdict Verdict, DeclineReason? Reason = null)
{
    /// <summary>Where the customer must go to confirm, while it is pending for that.</summary>
    public Uri? RedirectTo { get; init; }

    /// <summary>It is done.</summary>
    public static ProviderAnswer Approved { get; } = new(Verdict.Approved);

    /// <summary>The provider decides later.</summary>
    public static ProviderAnswer Pending { get; } = new(Verdict.Pending);

    /// <summary>Nobody knows.</summary>
    public static ProviderAnswer Unknown { get; } = new(Verdict.Unknown);

    /// <summary>The provider has no such request.</summary>
    public static ProviderAnswer NotFound { get; } = new(Verdict.NotFound);

    /// <summary>It is refused.</summary>
    public static ProviderAnswer Declined(DeclineReason reason) => new(Verdict.Declined, reason);
}
