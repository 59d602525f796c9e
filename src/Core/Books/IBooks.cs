using Quittance.Core.Accounts;
using Quittance.Core.Instruments;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;

namespace Quittance.Core.Books;

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

    /// <summary>
    /// A payment at the first event, from a given one on, that tells what its provider has decided; null when the merchant has none. While
    /// there is no such event it is under way, also where its provider has been silent.
    /// </summary>
    /// <param name="id">The payment.</param>
    /// <param name="from">The event.</param>
    /// <param name="cancel">Ends the reading.</param>
    Task<PaymentView?> DecidedPaymentAsync(PaymentId id, int from, CancellationToken cancel);

    /// <summary>A payment exactly as an event left it, also where its provider was being asked just then; null when the merchant has none.</summary>
    Task<PaymentView?> PaymentAfterAsync(PaymentId id, int sequence, CancellationToken cancel);

    /// <summary>A payment by its human number; null when the merchant has none.</summary>
    Task<PaymentView?> PaymentAsync(MerchantId merchant, long number, CancellationToken cancel);

    /// <summary>The human numbers of these payments, by their ids. All of them must be the merchant's.</summary>
    Task<IReadOnlyDictionary<Guid, long>> PaymentNumbersAsync(MerchantId merchant, IReadOnlyCollection<Guid> ids, CancellationToken cancel);

    /// <summary>A refund by id; null when the merchant has none.</summary>
    /// <param name="id">The refund.</param>
    /// <param name="asOf">The event after which it is looked at, as with payments; null for now.</param>
    /// <param name="cancel">Ends the reading.</param>
    Task<RefundView?> RefundAsync(RefundId id, int? asOf, CancellationToken cancel);

    /// <summary>A refund as it was after exactly this event; null when the merchant has none.</summary>
    Task<RefundView?> RefundAfterAsync(RefundId id, int sequence, CancellationToken cancel);

    /// <summary>A refund by its human number; null when the merchant has none.</summary>
    Task<RefundView?> RefundAsync(MerchantId merchant, long number, CancellationToken cancel);

    /// <summary>A part of the list of a merchant's refunds, whichever dialects they came through.</summary>
    Task<ListSlice<RefundView>> RefundsAsync(ListQuery query, CancellationToken cancel);

    /// <summary>A part of the list of a merchant's payments, whichever dialects they came through.</summary>
    Task<ListSlice<PaymentView>> PaymentsAsync(ListQuery query, CancellationToken cancel);

    /// <summary>The account that a reference names; null when it names none.</summary>
    Task<Account?> AccountAsync(Reference name, CancellationToken cancel);

    /// <summary>The account's own instrument; null when it has none.</summary>
    Task<Instrument?> OwnInstrumentAsync(AccountId account, CancellationToken cancel);

    /// <summary>How an account stands.</summary>
    /// <param name="account">The account.</param>
    /// <param name="currency">The currency; what is owed or kept in another one does not count.</param>
    /// <param name="today">The last day on which a charge is due that counts as owed.</param>
    /// <param name="cancel">Ends the reading.</param>
    Task<AccountStanding> StandingAsync(Account account, Currency currency, DateOnly today, CancellationToken cancel);

    /// <summary>A slice of an account's charges, in the order of the numbers that they are listed under.</summary>
    /// <param name="account">The account.</param>
    /// <param name="range">Which of its charges.</param>
    /// <param name="cancel">Ends the reading.</param>
    Task<ChargeSlice> ChargesAsync(AccountId account, ChargeRange range, CancellationToken cancel);
}
