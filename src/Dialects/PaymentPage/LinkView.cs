using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Books;
using Quittance.Core.Links;
using Quittance.Core.Payments;
using Quittance.Core.Sessions;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.PaymentPage;

/// <summary>A payment link with its charges and what was paid by it.</summary>
/// <param name="Last">Its last session; null before it was opened.</param>
/// <param name="Payment">The payment of that session; null for none.</param>
internal sealed record LinkView(PaymentLink Link, IReadOnlyList<Charge> Charges, Session? Last, PaymentView? Payment)
{
    /// <summary>What is due by it now.</summary>
    public Money Due => Link.Charges.Count == 0 ? Link.Amount
        : Link.Amount with { AmountMinor = Charges.Sum(charge => charge.OpenMinor) };

    /// <summary>Whether a payment by it has come or is settling.</summary>
    public bool HasPayment =>
        Payment?.Payment.Status is PaymentStatus.Captured or PaymentStatus.Settling or PaymentStatus.Authorised;

    /// <summary>Whether nothing is due by it any more.</summary>
    public bool IsPaid => HasPayment || Due.AmountMinor == 0;

    public bool IsUnderWay => Payment?.Payment.Status is PaymentStatus.Pending or PaymentStatus.Unknown;

    /// <summary>Whether a customer can pay in its last session.</summary>
    public bool HasSession(DateTimeOffset now) =>
        IsUnderWay || (Last is { Status: SessionStatus.Open, IsTriedOut: false } && !Last.IsExpired(now) && Last.Amount == Due);

    public static async Task<LinkView> ReadAsync(Call call, PaymentLink link, ISessions sessions, IReceivables receivables)
    {
        var charges = new List<Charge>(link.Charges.Count);
        foreach (var id in link.Charges)
        {
            charges.Add(await receivables.ChargeAsync(id, call.Cancel)
                ?? throw new InvalidOperationException("A payment link names a charge that is not in the books."));
        }

        var last = link.Session is { } session ? await sessions.FindAsync(session, call.Cancel) : null;
        var payment = last?.Payment is { } paid ? await call.Books.PaymentAsync(paid, asOf: null, call.Cancel) : null;
        return new LinkView(link, charges, last, payment);
    }
}
