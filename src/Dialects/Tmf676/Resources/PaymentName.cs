using System.Globalization;
using Quittance.Core;
using Quittance.Core.Payments;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.Tmf676.Resources;

/// <summary>
/// The names by which both TMF mounts know a payment: our id, Oracle's POID <c>0.0.0.1+-item-payment+7</c>, and the item number
/// <c>P1-7</c> (TMF676 5.19, Oracle BRM 5.15).
/// </summary>
public static class PaymentName
{
    /// <summary>What the item number of a payment begins with.</summary>
    public const string ItemPrefix = "P1-";

    /// <summary>The payment of a name; null when the merchant has none.</summary>
    public static async Task<PaymentView?> FindAsync(Call call, string name)
    {
        var merchant = call.Credential.Merchant;
        if (Guid.TryParseExact(name, "D", out var id))
            return await call.Books.PaymentAsync(new PaymentId(merchant, id), asOf: null, call.Cancel);
        return NumberOf(name) is { } number ? await call.Books.PaymentAsync(merchant, number, call.Cancel) : null;
    }

    /// <summary>The number of a payment that a POID or an item number names; null when it names none.</summary>
    public static long? NumberOf(string name) => NumberOf(name, ItemPrefix, Poid.PaymentClass);

    /// <summary>The number of an item that a POID or an item number names; null when it names none.</summary>
    internal static long? NumberOf(string name, string itemPrefix, string itemClass)
    {
        if (name.StartsWith(itemPrefix, StringComparison.Ordinal))
            return long.TryParse(name.AsSpan(itemPrefix.Length), NumberStyles.None, null, out var item) ? item : null;

        // Oracle BRM 4.2: form decoding may have made spaces of the plus signs.
        return Poid.TryParse(name.Replace(' ', '+'), out var poid) && poid == Poid.OfItem(itemClass, poid.Number) ? poid.Number : null;
    }
}
