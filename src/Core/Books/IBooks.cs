using Quittance.Core.Accounts;
using Quittance.Core.Instruments;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;

namespace Quittance.Core.Books;

/// <summary>Reads what is committed, without locks.</summary>
public interface IBooks
{
    /// <summary>A payment by id; null when the merchant has none.</summary>
    /// <param name="asOf">
    /// The event after which to look at it; null for now. Where a provider was being asked just then, the next event with an answer. An
    /// answer to a client depends on nothing else.
    /// </param>
    Task<PaymentView?> PaymentAsync(PaymentId id, int? asOf, CancellationToken cancel);

    /// <summary>
    /// A payment at the first event, from a given one on, with the provider's decision; null when the merchant has none. Until there is
    /// such an event the payment is under way, even where its provider is silent.
    /// </summary>
    Task<PaymentView?> DecidedPaymentAsync(PaymentId id, int from, CancellationToken cancel);

    /// <summary>
    /// A payment exactly as an event left it, also where its provider was being asked just then; null when the merchant has none.
    /// </summary>
    Task<PaymentView?> PaymentAfterAsync(PaymentId id, int sequence, CancellationToken cancel);

    /// <summary>A payment by its human number; null when the merchant has none.</summary>
    Task<PaymentView?> PaymentAsync(MerchantId merchant, long number, CancellationToken cancel);

    /// <summary>The human numbers of these payments, by their ids. All of them must be the merchant's.</summary>
    Task<IReadOnlyDictionary<Guid, long>> PaymentNumbersAsync(MerchantId merchant, IReadOnlyCollection<Guid> ids, CancellationToken cancel);

    /// <summary>A refund by id; null when the merchant has none.</summary>
    /// <param name="asOf">The event after which to look at it, as with payments; null for now.</param>
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

    /// <summary>
    /// The account of the first of these names that exists, also by its id, and behind it the accounts that its merges lead to, one after
    /// the other; empty where no name exists.
    /// </summary>
    Task<IReadOnlyList<Account>> AccountsAsync(IReadOnlyList<Reference> names, CancellationToken cancel);

    /// <summary>The charge that merges made of the one of a name; null where none has moved it, or the name is unknown.</summary>
    Task<ChargeId?> MovedChargeAsync(Reference name, CancellationToken cancel);

    /// <summary>The account's own instrument; null when it has none.</summary>
    Task<Instrument?> OwnInstrumentAsync(AccountId account, CancellationToken cancel);

    /// <summary>How an account stands.</summary>
    /// <param name="currency">The currency; charges and credit in other currencies do not count.</param>
    /// <param name="today">Charges that are due after this day do not count.</param>
    Task<AccountStanding> StandingAsync(Account account, Currency currency, DateOnly today, CancellationToken cancel);

    /// <summary>A slice of the charges of accounts, in the order of the numbers that they are listed under.</summary>
    /// <param name="range">Which of their charges.</param>
    Task<ChargeSlice> ChargesAsync(IReadOnlyList<Account> accounts, ChargeRange range, CancellationToken cancel);
}
