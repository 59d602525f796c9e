using Quittance.Core.Accounts;
using Quittance.Core.Books;
using Quittance.Core.Payments;

namespace Quittance.Core.Sessions;

/// <summary>The status of a payment link for people.</summary>
public enum LinkStanding
{
    Open,

    /// <summary>Its payment has come or is settling, or other payments have settled its charges.</summary>
    Paid,

    /// <summary>Its time is over, its account is closed, or nothing is due any more without a payment.</summary>
    Ended,

    TakenBack,
}

/// <summary>A payment link with its account, its charges and its payment.</summary>
/// <param name="Last">Its last session; null before it was opened.</param>
/// <param name="Payment">The payment of that session; null for none.</param>
public sealed record LinkView(
    PaymentLink Link, Account Account, IReadOnlyList<Charge> Charges, Session? Last, PaymentView? Payment)
{
    /// <summary>The amount due by it now.</summary>
    public Money Due => Link.DueOf(Charges);

    /// <summary>Whether a payment by it has come, is settling, or is being captured.</summary>
    public bool HasPayment => IsSettled || Payment?.Payment.Status == PaymentStatus.Authorised;

    /// <summary>Whether its payment has come or is settling, or other payments have settled its charges.</summary>
    public bool IsPaid => IsSettled || (Due.AmountMinor == 0
        // What was open of a merged account's charges is due on the account that goes on.
        && (Account.MergedInto is null ? Charges.Any(charge => charge.AllocatedMinor > 0) : IsPaidWhole));

    /// <summary>Whether payments have settled all of its charges, and no correction has.</summary>
    public bool IsPaidWhole => Charges.Count > 0 && Charges.All(charge => charge.AllocatedMinor == charge.Amount.AmountMinor);

    private bool IsSettled => Link.IsSettledBy(Payment?.Payment);

    /// <summary>Whether its payment waits for the customer or the provider.</summary>
    public bool IsUnderWay => Payment?.Payment.Status is PaymentStatus.Pending or PaymentStatus.Unknown;

    /// <summary>Whether a customer can pay in its last session.</summary>
    public bool HasSession(DateTimeOffset now) =>
        IsUnderWay || (Last is { Status: SessionStatus.Open, IsTriedOut: false } && !Last.IsExpired(now) && Last.Amount == Due);

    /// <summary>The payment that was made by it, or is under way; null for none.</summary>
    public Payment? Paying => HasPayment || IsUnderWay ? Payment?.Payment : null;

    /// <summary>Its status at a moment.</summary>
    public LinkStanding StandingAt(DateTimeOffset now) =>
        IsPaid ? LinkStanding.Paid
        : Link.Status == LinkStatus.TakenBack ? LinkStanding.TakenBack
        : Link.HasEnded(now) || Account.IsClosed || Due.AmountMinor == 0 ? LinkStanding.Ended
        : LinkStanding.Open;

    public static async Task<LinkView> ReadAsync(
        PaymentLink link, ISessions sessions, IReceivables receivables, IBooks books, CancellationToken cancel)
    {
        var named = await receivables.AccountAsync(link.Account, Reference.House, cancel)
            ?? throw new InvalidOperationException("A payment link names an account that is not in the books.");
        var charges = new List<Charge>(link.Charges.Count);
        foreach (var id in link.Charges)
        {
            charges.Add(await receivables.ChargeAsync(id, cancel)
                ?? throw new InvalidOperationException("A payment link names a charge that is not in the books."));
        }

        var last = link.Session is { } session ? await sessions.FindAsync(session, cancel) : null;
        var payment = last?.Payment is { } paid ? await books.PaymentAsync(paid, asOf: null, cancel) : null;
        return new LinkView(link, named.Account, charges, last, payment);
    }
}
