using Quittance.Core.Accounts;

namespace Quittance.Core.Ledger;

/// <summary>What a customer's credit is kept for.</summary>
public static class CreditPurpose
{
    /// <summary>Settles any charge of the customer.</summary>
    public const string General = "general";

    /// <summary>Held for orders to come; settles any charge of the customer.</summary>
    public const string Escrow = "escrow";

    /// <summary>Paid in advance for what the customer consumes; settles no charge.</summary>
    public const string Consumption = "consumption";

    private const string EarmarkedPrefix = "earmarked:";

    /// <summary>Held for one order; settles only that order's charges.</summary>
    public static string Earmarked(OrderId order) => EarmarkedPrefix + order.Value.ToString("D");

    /// <summary>The order that credit of this purpose is held for; null for none.</summary>
    public static OrderId? OrderOf(string purpose, MerchantId merchant) =>
        purpose.StartsWith(EarmarkedPrefix, StringComparison.Ordinal) ? new OrderId(merchant, Guid.ParseExact(purpose.AsSpan(EarmarkedPrefix.Length), "D")) : null;

    /// <summary>Whether credit of this purpose may settle this charge.</summary>
    public static bool MaySettle(string purpose, Charge charge) =>
        purpose.StartsWith(EarmarkedPrefix, StringComparison.Ordinal)
            ? charge.Order is { } order && purpose == Earmarked(order)
            : purpose != Consumption;
}
