namespace Quittance.Core.Attempts;

/// <summary>
/// Something that a provider tells by itself, signed. It may come late, twice, or before the answer to the request that it is
/// about. The list is closed: <see cref="RequestChanged"/>, <see cref="DisputeOpened"/>, <see cref="DisputeWon"/>,
/// <see cref="DisputeLost"/> and <see cref="SettlementReported"/>.
/// </summary>
public abstract record ProviderNotice
{
    private protected ProviderNotice(DateTimeOffset at) => At = at;

    /// <summary>When it happened, as the provider says.</summary>
    public DateTimeOffset At { get; }
}
