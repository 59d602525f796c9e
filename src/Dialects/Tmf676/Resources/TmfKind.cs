using System.Globalization;
using Quittance.Core;
using Quittance.Core.Books;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.Tmf676.Resources;

/// <summary>
/// A kind of resource, and the names by which both TMF mounts know one: our id, Oracle's POID <c>0.0.0.1+-item-payment+7</c>, and the
/// item number <c>P1-7</c> (TMF676 5.19, Oracle BRM 5.15).
/// </summary>
/// <param name="Word">Its name in error texts.</param>
/// <param name="ItemClass">The class of its POIDs.</param>
/// <param name="ItemPrefix">How its item numbers begin.</param>
public abstract record TmfKind(string Word, string ItemClass, string ItemPrefix)
{
    public static TmfKind<PaymentView> Payment { get; } = new("payment", Poid.PaymentClass, "P1-")
    {
        IdOf = view => view.Payment.Id.Value,
        ByIdAsync = async (call, id) => await call.Books.PaymentAsync(new PaymentId(call.Credential.Merchant, id), asOf: null, call.Cancel),
        ByNumberAsync = async (call, number) => await call.Books.PaymentAsync(call.Credential.Merchant, number, call.Cancel),
        ListAsync = (call, query) => call.Books.PaymentsAsync(query, call.Cancel),
    };

    /// <summary>Refunds. The share of one payment in a refund of several does not count as a refund.</summary>
    public static TmfKind<RefundView> Refund { get; } = new("refund", Poid.RefundClass, "R1-")
    {
        IdOf = view => view.Refund.Id.Value,
        ByIdAsync = async (call, id) =>
            Whole(await call.Books.RefundAsync(new RefundId(call.Credential.Merchant, id), asOf: null, call.Cancel)),
        ByNumberAsync = async (call, number) => Whole(await call.Books.RefundAsync(call.Credential.Merchant, number, call.Cancel)),
        ListAsync = (call, query) => call.Books.RefundsAsync(query, call.Cancel),
    };

    /// <summary>The number in a POID or an item number; null when the name is not one of this kind.</summary>
    public long? NumberOf(string name)
    {
        if (name.StartsWith(ItemPrefix, StringComparison.Ordinal))
            return long.TryParse(name.AsSpan(ItemPrefix.Length), NumberStyles.None, null, out var item) ? item : null;

        // Oracle BRM 4.2: form decoding may have made spaces of the plus signs.
        return Poid.TryParse(name.Replace(' ', '+'), out var poid) && poid == Poid.OfItem(ItemClass, poid.Number) ? poid.Number : null;
    }

    private static RefundView? Whole(RefundView? found) => found is { Refund.ShareOf: null } ? found : null;
}

/// <summary>A kind of resource, and how the books find and list it.</summary>
/// <typeparam name="TView">The view of one in the books.</typeparam>
public sealed record TmfKind<TView>(string Word, string ItemClass, string ItemPrefix) : TmfKind(Word, ItemClass, ItemPrefix)
    where TView : class
{
    public TmfError Unknown => TmfError.NotFound($"No {Word} has this id.", "Check the id.");

    public required Func<TView, Guid> IdOf { get; init; }

    public required Func<Call, Guid, Task<TView?>> ByIdAsync { get; init; }

    public required Func<Call, long, Task<TView?>> ByNumberAsync { get; init; }

    public required Func<Call, ListQuery, Task<ListSlice<TView>>> ListAsync { get; init; }

    /// <summary>The resource of a name; null when the merchant has none.</summary>
    public async Task<TView?> FindAsync(Call call, string name)
    {
        if (Guid.TryParseExact(name, "D", out var id))
            return await ByIdAsync(call, id);
        return NumberOf(name) is { } number ? await ByNumberAsync(call, number) : null;
    }
}
