namespace Quittance.Core.Accounts;

/// <summary>Which of a merchant's orders to read.</summary>
/// <param name="Merchant">Whose they are.</param>
/// <param name="Dialect">By whose names they are known.</param>
/// <param name="Limit">How many at most.</param>
public sealed record OrderQuery(MerchantId Merchant, string Dialect, int Limit)
{
    /// <summary>Whose they are; null for all customers'.</summary>
    public AccountId? Account { get; init; }

    /// <summary>The one that is wanted; null for all.</summary>
    public OrderId? Order { get; init; }

    /// <summary>The order behind which to begin; null to begin at the first.</summary>
    public OrderId? After { get; init; }
}
