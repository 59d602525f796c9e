namespace Quittance.Core.Providers;

/// <summary>
/// A signed message that a provider sends by itself. It may come late, twice, or before the answer to the request that it is about.
/// </summary>
public abstract record ProviderNotice
{
    private protected ProviderNotice(DateTimeOffset at) => At = at;

    /// <summary>When it happened, as the provider says.</summary>
    public DateTimeOffset At { get; }
}

/// <summary>The outcome of a request has changed.</summary>
/// <param name="At">When, as the provider says.</param>
/// <param name="Request">The attempt's id; whether there is such an attempt is for the books to say.</param>
/// <param name="Verdict">Approved, declined or pending.</param>
/// <param name="Reason">Why, where it declined.</param>
/// <param name="Amount">How much it was about.</param>
public sealed record RequestChanged(DateTimeOffset At, Guid Request, Verb Verb, Verdict Verdict, DeclineReason? Reason, Money Amount)
    : ProviderNotice(At)
{
    /// <summary>The attempt that authorised the money; null where the provider does not say.</summary>
    public Guid? Authorisation { get; init; }

    /// <summary>The provider's own id of the request; null where it does not say.</summary>
    public string? Reference { get; init; }
}

/// <summary>The outcome of a request may have changed. The notice does not say it, so the provider is asked.</summary>
/// <param name="At">When, as the provider says.</param>
/// <param name="Request">The attempt's id; whether there is such an attempt is for the books to say.</param>
public sealed record RequestTouched(DateTimeOffset At, Guid Request) : ProviderNotice(At);

/// <summary>
/// An object of the provider's may have changed. The notice does not say which request of ours it carries, so the provider is asked.
/// </summary>
/// <param name="At">When, as the provider says.</param>
/// <param name="Name">The provider's name for it.</param>
public sealed record ObjectTouched(DateTimeOffset At, string Name) : ProviderNotice(At)
{
    /// <summary>
    /// The provider's own id of the authorisation that the object is about: where the books have no such authorisation, the provider is
    /// not asked. Null where the notice does not say it.
    /// </summary>
    public string? Of { get; init; }
}

/// <summary>A mandate that the provider holds may be over. The provider is asked.</summary>
/// <param name="At">When, as the provider says.</param>
/// <param name="Name">The provider's name for it.</param>
public sealed record MandateTouched(DateTimeOffset At, string Name) : ProviderNotice(At);

/// <summary>
/// A dispute was opened or has ended. The notice does not say which, nor about which authorisation, so the provider is asked.
/// </summary>
/// <param name="At">When, as the provider says.</param>
/// <param name="Dispute">The provider's name for it.</param>
public sealed record DisputeTouched(DateTimeOffset At, string Dispute) : ProviderNotice(At);

/// <summary>A provider has paid captured money out to the merchant's bank account.</summary>
/// <param name="At">When, as the provider says.</param>
/// <param name="Authorisation">The attempt that authorised the money.</param>
public sealed record SettlementReported(DateTimeOffset At, Guid Authorisation, Money Amount) : ProviderNotice(At);

/// <summary>How a payer took money back.</summary>
public enum DisputeKind
{
    /// <summary>The cardholder disputed a card payment.</summary>
    Chargeback,

    /// <summary>The bank or its customer returned a direct debit.</summary>
    ReturnedDebit,
}

/// <summary>A customer takes money back against our will.</summary>
public abstract record DisputeNotice : ProviderNotice
{
    private protected DisputeNotice(DateTimeOffset at, string dispute, DisputeKind kind, Guid authorisation, Money amount, Money fee)
        : base(at) => (Dispute, Kind, Authorisation, Amount, Fee) = (dispute, kind, authorisation, amount, fee);

    /// <summary>The provider's name for the dispute.</summary>
    public string Dispute { get; }

    /// <summary>How the money is taken back.</summary>
    public DisputeKind Kind { get; }

    /// <summary>The attempt that authorised the money; whether there is such an attempt is for the books to say.</summary>
    public Guid Authorisation { get; }

    /// <summary>How much is in dispute.</summary>
    public Money Amount { get; }

    /// <summary>The provider's fee; zero or more, in the same currency.</summary>
    public Money Fee { get; }
}

/// <summary>A customer has taken money back.</summary>
/// <param name="At">When, as the provider says.</param>
/// <param name="Dispute">The provider's name for it.</param>
/// <param name="Authorisation">The attempt that authorised the money.</param>
public sealed record DisputeOpened(DateTimeOffset At, string Dispute, DisputeKind Kind, Guid Authorisation, Money Amount, Money Fee)
    : DisputeNotice(At, Dispute, Kind, Authorisation, Amount, Fee)
{
    /// <summary>Whether the provider says at the same time that the dispute is won.</summary>
    public bool IsWon { get; init; }
}

/// <summary>A dispute is over: its money is ours again.</summary>
/// <param name="At">When, as the provider says.</param>
/// <param name="Dispute">The provider's name for it.</param>
/// <param name="Authorisation">The attempt that authorised the money.</param>
public sealed record DisputeWon(DateTimeOffset At, string Dispute, DisputeKind Kind, Guid Authorisation, Money Amount, Money Fee)
    : DisputeNotice(At, Dispute, Kind, Authorisation, Amount, Fee);

/// <summary>A dispute is over: its money stays with the customer.</summary>
/// <param name="At">When, as the provider says.</param>
/// <param name="Dispute">The provider's name for it.</param>
/// <param name="Authorisation">The attempt that authorised the money.</param>
public sealed record DisputeLost(DateTimeOffset At, string Dispute, DisputeKind Kind, Guid Authorisation, Money Amount, Money Fee)
    : DisputeNotice(At, Dispute, Kind, Authorisation, Amount, Fee);
