using Quittance.Core.Providers;

namespace Quittance.Core.Attempts;

/// <summary>Reads committed attempts, without locks.</summary>
public interface IAttempts
{
    /// <summary>Attempts whose time has come, the longest waiting first.</summary>
    /// <param name="limit">How many of each provider account at most.</param>
    Task<IReadOnlyList<Attempt>> DueAsync(DateTimeOffset now, int limit, CancellationToken cancel);

    /// <summary>The attempts of a payment, in the order in which they were opened.</summary>
    Task<IReadOnlyList<Attempt>> OfPaymentAsync(PaymentId payment, CancellationToken cancel);

    /// <summary>The attempts of the payments under way that have claimed any of these charges.</summary>
    Task<IReadOnlyList<Attempt>> OfClaimantsAsync(IReadOnlyList<ChargeId> charges, CancellationToken cancel);

    /// <summary>
    /// Authorisations that wait for their customers at the bank, while other money or corrections have settled all that they are for.
    /// </summary>
    Task<IReadOnlyList<Attempt>> PaidOtherwiseAsync(int limit, CancellationToken cancel);

    /// <summary>An attempt by id; null when the merchant has none.</summary>
    Task<Attempt?> FindAsync(AttemptId id, CancellationToken cancel);

    /// <summary>
    /// Whether an authorisation without an answer has this capture (<see cref="Attempt.OwnCapture"/>): a server may have asked for it.
    /// </summary>
    Task<bool> MayBeAskedAsync(AttemptId capture, CancellationToken cancel);

    /// <summary>Whether an authorisation that the provider declined has this capture.</summary>
    /// <param name="since">Older authorisations are not looked at.</param>
    Task<bool> HasDeclinedAuthorisationAsync(AttemptId capture, DateTimeOffset since, CancellationToken cancel);

    /// <summary>Whether an attempt of the merchant has this id of the provider's own.</summary>
    Task<bool> HasReferenceAsync(MerchantId merchant, string provider, string reference, CancellationToken cancel);

    /// <summary>
    /// Whether the books lack the provider's own id of an authorisation of the merchant: its answer is on the way, or an operator settled
    /// it without one.
    /// </summary>
    Task<bool> HasUnnamedAsync(MerchantId merchant, string provider, CancellationToken cancel);

    /// <summary>Whether a notice that a dispute is won has come and waits for the notice that it is open.</summary>
    /// <param name="authorisation">The authorisation of the disputed payment.</param>
    /// <param name="dispute">What the provider calls the dispute.</param>
    Task<bool> HasWonEarlyAsync(Attempt authorisation, string dispute, CancellationToken cancel);
}

public static class AttemptRequests
{
    /// <summary>The request of an attempt, with what is known of its authorisation.</summary>
    public static async Task<ProviderRequest> RequestOfAsync(this IAttempts attempts, Attempt attempt, CancellationToken cancel) =>
        attempt.ToRequest(attempt.Authorisation is { } authorisation ? await attempts.FindAsync(authorisation, cancel) : null);
}
