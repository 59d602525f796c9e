namespace Quittance.Core.Payments;

/// <summary>The kinds of <see cref="Part"/>.</summary>
public enum PartKind
{
    /// <summary>A charge; refused when it is unknown, settled, or owes less.</summary>
    Charge,

    /// <summary>A charge, by what is due and the payment still has; refused only when it is unknown.</summary>
    ChargeUpTo,

    /// <summary>A charge, where we have it; what it does not take becomes general credit.</summary>
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
