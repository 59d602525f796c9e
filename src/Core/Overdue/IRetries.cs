namespace Quittance.Core.Overdue;

/// <summary>The tries of a payment, and what comes next.</summary>
/// <param name="First">The payment that failed first.</param>
/// <param name="Tries">The payments that try it again, the first one first.</param>
public sealed record PaymentTries(PaymentId First, IReadOnlyList<PaymentRetry> Tries, RetryVerdict Next);

/// <summary>Reads the tries of payments, without locks.</summary>
public interface IRetries
{
    /// <summary>The tries of a payment, or of the payment that it tries again; null where the merchant has none of this id.</summary>
    Task<PaymentTries?> FindAsync(PaymentId payment, DateOnly today, CancellationToken cancel);

    /// <summary>What comes next for each of some payments that failed, or for the payments that they try again.</summary>
    Task<IReadOnlyDictionary<PaymentId, RetryVerdict>> NextAsync(
        MerchantId merchant, IReadOnlyCollection<PaymentId> payments, DateOnly today, CancellationToken cancel);

    /// <summary>The charges that a failed payment claimed and that are open; null where it claimed none, or all are settled.</summary>
    Task<OpenClaims?> OpenClaimsAsync(PaymentId payment, InstrumentId instrument, CancellationToken cancel);
}
