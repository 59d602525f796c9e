using Quittance.Core;
using Quittance.Core.Refunds;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.Tmf676.Resources;

/// <summary>
/// The names by which both TMF mounts know a refund: our id, Oracle's POID <c>0.0.0.1+-item-refund+7</c>, and the item number
/// <c>R1-7</c> (TMF676 5.19, Oracle BRM 5.15).
/// </summary>
public static class RefundName
{
    /// <summary>What the item number of a refund begins with.</summary>
    public const string ItemPrefix = "R1-";

    /// <summary>The refund of a name; null when the merchant has none.</summary>
    public static async Task<RefundView?> FindAsync(Call call, string name)
    {
        var merchant = call.Credential.Merchant;
        RefundView? found = null;
        if (Guid.TryParseExact(name, "D", out var id))
            found = await call.Books.RefundAsync(new RefundId(merchant, id), asOf: null, call.Cancel);
        else if (PaymentName.NumberOf(name, ItemPrefix, Poid.RefundClass) is { } number)
            found = await call.Books.RefundAsync(merchant, number, call.Cancel);
        return found is { Refund.ShareOf: null } ? found : null;
    }
}
