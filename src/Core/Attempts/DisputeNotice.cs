namespace Quittance.Core.Attempts;

/// <summary>A provider tells of money that a customer takes back against our will.</summary>
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

    /// <summary>What the provider charges for it; zero or more, in the same currency.</summary>
    public Money Fee { get; }
}
