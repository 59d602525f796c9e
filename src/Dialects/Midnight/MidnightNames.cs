using System.Globalization;
using Quittance.Core;

namespace Quittance.Dialects.Midnight;

/// <summary>The names of this dialect, of its kinds of references and of what an order's charges are for.</summary>
public static class MidnightNames
{
    private const string PaymentNumberPrefix = "CP-";

    public const string Dialect = "midnight";

    /// <summary>References to accounts: the customer's id.</summary>
    public const string Customer = "customer";

    /// <summary>References to orders by their id.</summary>
    public const string Order = "order";

    /// <summary>References to orders by their number.</summary>
    public const string OrderNumber = "order-number";

    /// <summary>References to charges; Midnight's own clients name orders and labels instead.</summary>
    public const string Charge = "charge";

    /// <summary>The label of charges for an order's services.</summary>
    public const string Services = "services";

    /// <summary>The label of charges for an order's postage.</summary>
    public const string Postage = "postage";

    /// <summary>How a payment's number is shown (Midnight 5, result of a record).</summary>
    public static string PaymentNumber(long number) => $"{PaymentNumberPrefix}{number:D6}";

    /// <summary>The payment's number that is shown so; null where nothing is.</summary>
    public static long? PaymentNumberIn(string text) =>
        text.StartsWith(PaymentNumberPrefix, StringComparison.Ordinal)
            && long.TryParse(text.AsSpan(PaymentNumberPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && PaymentNumber(number) == text
                ? number
                : null;

    /// <summary>The id of a kind among names; null where no name has the kind, or its value is not a whole number.</summary>
    public static long? IdIn(IEnumerable<Reference> names, string kind)
    {
        foreach (var name in names)
        {
            if (name.Dialect == Dialect && name.Kind == kind
                && long.TryParse(name.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var id))
            {
                return id;
            }
        }

        return null;
    }
}
