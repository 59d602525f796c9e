namespace Quittance.Core.Payments;

/// <summary>Reads the books. Reading takes no locks and sees only what is committed.</summary>
public interface IBooks
{
    /// <summary>A payment by id; null when the merchant has none.</summary>
    /// <param name="id">The payment.</param>
    /// <param name="asOf">
    /// The event after which it is looked at; null for now. Where a provider was being asked just then, the next event that tells
    /// what came of it: what a client is answered depends on nothing else.
    /// </param>
    /// <param name="cancel">Ends the reading.</param>
    Task<PaymentView?> PaymentAsync(PaymentId id, int? asOf, CancellationToken cancel);

    /// <summary>A payment by its human number; null when the merchant has none.</summary>
    Task<PaymentView?> PaymentAsync(MerchantId merchant, long number, CancellationToken cancel);
}
