using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Books;
using Quittance.Core.Payments;
using Quittance.Core.Sessions;

namespace Quittance.Dialects.Http;

/// <summary>
/// The addresses of payment links. The one that a merchant sends has the link's proof as its query; the page's own has none.
/// </summary>
internal static class LinkAddress
{
    public const string Mount = "/pay";

    /// <summary>The parameter with the proof.</summary>
    public const string Proof = "k";

    /// <summary>The address that a merchant sends to a customer.</summary>
    /// <param name="key">The merchant's key for hashes.</param>
    public static string Of(PublicAddress address, PaymentLinkId link, ReadOnlySpan<byte> key) =>
        $"{address.Base}{PathOf(link)}?{Proof}={ProofOf(SessionToken.ForLink(link, key))}";

    /// <summary>The path of the page.</summary>
    public static string PathOf(PaymentLinkId link) => $"{Mount}/{SessionToken.PublicNameOf(link)}";

    /// <summary>The part of a link's token that proves it.</summary>
    public static string ProofOf(string token) => token[^SessionToken.ProofLength..];
}

/// <summary>A payment link with its account, its charges and its payment.</summary>
/// <param name="Last">Its last session; null before it was opened.</param>
/// <param name="Payment">The payment of that session; null for none.</param>
internal sealed record LinkView(
    PaymentLink Link, Account Account, IReadOnlyList<Charge> Charges, Session? Last, PaymentView? Payment)
{
    /// <summary>The amount due by it now.</summary>
    public Money Due => Link.DueOf(Charges);

    /// <summary>Whether a payment by it has come, is settling, or is being captured.</summary>
    public bool HasPayment => IsSettled || Payment?.Payment.Status == PaymentStatus.Authorised;

    /// <summary>Whether its payment has come or is settling, or other payments have settled its charges.</summary>
    public bool IsPaid => IsSettled || (Due.AmountMinor == 0 && Charges.Any(charge => charge.AllocatedMinor > 0));

    /// <summary>Whether payments have settled all of its charges, and no correction has.</summary>
    public bool IsPaidWhole => Charges.Count > 0 && Charges.All(charge => charge.AllocatedMinor == charge.Amount.AmountMinor);

    private bool IsSettled => Payment?.Payment.Pays is true;

    /// <summary>Whether its payment waits for the customer or the provider.</summary>
    public bool IsUnderWay => Payment?.Payment.Status is PaymentStatus.Pending or PaymentStatus.Unknown;

    /// <summary>Whether a customer can pay in its last session.</summary>
    public bool HasSession(DateTimeOffset now) =>
        IsUnderWay || (Last is { Status: SessionStatus.Open, IsTriedOut: false } && !Last.IsExpired(now) && Last.Amount == Due);

    public static async Task<LinkView> ReadAsync(Call call, PaymentLink link, ISessions sessions, IReceivables receivables)
    {
        var named = await receivables.AccountAsync(link.Account, Reference.House, call.Cancel)
            ?? throw new InvalidOperationException("A payment link names an account that is not in the books.");
        var charges = new List<Charge>(link.Charges.Count);
        foreach (var id in link.Charges)
        {
            charges.Add(await receivables.ChargeAsync(id, call.Cancel)
                ?? throw new InvalidOperationException("A payment link names a charge that is not in the books."));
        }

        var last = link.Session is { } session ? await sessions.FindAsync(session, call.Cancel) : null;
        var payment = last?.Payment is { } paid ? await call.Books.PaymentAsync(paid, asOf: null, call.Cancel) : null;
        return new LinkView(link, named.Account, charges, last, payment);
    }
}
