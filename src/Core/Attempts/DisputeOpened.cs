namespace Quittance.Core.Attempts;

/// <summary>A customer has taken money back.</summary>
/// <param name="At">When, as the provider says.</param>
/// <param name="Dispute">The provider's name for it.</param>
/// <param name="Kind">How.</param>
/// <param name="Authorisation">The attempt that authorised the money.</param>
/// <param name="Amount">How much.</param>
/// <param name="Fee">What the provider charges for it.</param>
public sealed record DisputeOpened(DateTimeOffset At, string Dispute, DisputeKind Kind, Guid Authorisation, Money Amount, Money Fee)
    : DisputeNotice(At, Dispute, Kind, Authorisation, Amount, Fee);
