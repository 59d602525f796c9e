namespace Quittance.Core.Accounts;

/// <summary>The orders of a merchant to read.</summary>
/// <param name="Dialect">The dialect by whose names they are known.</param>
public sealed record OrderQuery(MerchantId Merchant, string Dialect, int Limit)
{
    /// <summary>The customer whose orders to read; null for those of all customers.</summary>
    public AccountId? Account { get; init; }

    /// <summary>The one that is wanted; null for all.</summary>
    public OrderId? Order { get; init; }

    /// <summary>The order behind which to begin; null to begin at the first.</summary>
    public OrderId? After { get; init; }
}

/// <summary>An order with what is due on it.</summary>
/// <param name="Charges">Its charges, the oldest due first.</param>
public sealed record OrderStanding(Order Order, IReadOnlyList<Reference> Names, NamedAccount Customer, IReadOnlyList<Charge> Charges);

/// <summary>An account with its names in a dialect.</summary>
public sealed record NamedAccount(Account Account, IReadOnlyList<Reference> Names)
{
    /// <summary>How the customer is reached, where it was read.</summary>
    public Contact Contact { get; init; } = Contact.None;
}

/// <summary>Reads committed customers and orders by the names of one dialect, without locks.</summary>
public interface IOrders
{
    /// <summary>
    /// A part of a merchant's orders, in the order of their ids, each with its charges. Orders that the dialect has no name for are none.
    /// </summary>
    Task<IReadOnlyList<OrderStanding>> OrdersAsync(OrderQuery query, CancellationToken cancel);

    /// <summary>A part of a merchant's customers, in the order of their names with the dialect's clients.</summary>
    /// <param name="first">The dialect and the kind of name; the value is that behind which to begin, and empty to begin at the
    /// first.</param>
    Task<IReadOnlyList<NamedAccount>> CustomersAsync(Reference first, int limit, CancellationToken cancel);

    /// <summary>The id of the object that a reference names; null for none.</summary>
    Task<Guid?> ObjectAsync(Reference name, CancellationToken cancel);

    /// <summary>The names of objects in a dialect; objects without a name are missing.</summary>
    Task<IReadOnlyDictionary<Guid, IReadOnlyList<Reference>>> NamesAsync(
        MerchantId merchant, string dialect, IReadOnlyCollection<Guid> objects, CancellationToken cancel);

    /// <summary>An account's credit of these purposes, and the open part of its charges of a label, at one moment.</summary>
    Task<(Money Credit, Money Open)> StandingAsync(
        Account account, IReadOnlyCollection<string> purposes, string label, CancellationToken cancel);
}
