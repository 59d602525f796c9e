using Quittance.Core.Ledger;

namespace Quittance.Core.Payments;

/// <summary>The kinds of <see cref="Part"/>.</summary>
public enum PartKind
{
    /// <summary>A charge; refused when it is unknown, settled, or owes less.</summary>
    Charge,

    /// <summary>A charge, as far as it is due and the payment has money left; refused only when it is unknown.</summary>
    ChargeUpTo,

    /// <summary>A charge if we know it; the rest becomes general credit.</summary>
    ChargeIfKnown,

    /// <summary>An order's charges of one label; refused when less than this is due.</summary>
    Order,

    /// <summary>An order's deposit; refused when less than this is due or the order is fully paid.</summary>
    Deposit,

    /// <summary>Earmarked for an order of the customer if it exists, else escrow; never refused.</summary>
    Prepaid,

    /// <summary>Credit of a purpose; an order may be noted, and then must be the customer's.</summary>
    Credit,
}

/// <summary>One use of a payment's money. Parts are planned in their order; a later one sees what the earlier ones left.</summary>
/// <param name="Target">The charge or the order; null where the kind needs none.</param>
/// <param name="Label">For <see cref="PartKind.Order"/> the label of the charges; for <see cref="PartKind.Credit"/> the purpose.</param>
/// <param name="AmountMinor">How much, minor units; null for as much as is due.</param>
public readonly record struct Part(PartKind Kind, Reference? Target, string? Label, long? AmountMinor)
{
    /// <summary>Settles a charge, by exactly this amount or by as much as is due.</summary>
    public static Part Charge(Reference charge, long? amountMinor) => new(PartKind.Charge, charge, null, amountMinor);

    /// <summary>Settles a charge by as much as is due and the payment still has; it may take nothing.</summary>
    public static Part ChargeUpTo(Reference charge) => new(PartKind.ChargeUpTo, charge, null, null);

    /// <summary>Settles a charge if we know it, by at most this amount.</summary>
    public static Part ChargeIfKnown(Reference charge, long? amountMinor) => new(PartKind.ChargeIfKnown, charge, null, amountMinor);

    /// <summary>Settles an order's charges of one label, oldest due first.</summary>
    public static Part Order(Reference order, string label, long amountMinor) => new(PartKind.Order, order, label, amountMinor);

    /// <summary>Pays the deposit that an order asked for.</summary>
    public static Part Deposit(Reference order, long amountMinor) => new(PartKind.Deposit, order, null, amountMinor);

    /// <summary>Money that a shop has taken already: earmarked for this order of the customer, else escrow. Never refused.</summary>
    public static Part Prepaid(Reference? order, long amountMinor) => new(PartKind.Prepaid, order, null, amountMinor);

    /// <summary>Money held in escrow; an order may be noted, and then must be the customer's.</summary>
    public static Part Escrow(Reference? order, long amountMinor) => new(PartKind.Credit, order, CreditPurpose.Escrow, amountMinor);
}
