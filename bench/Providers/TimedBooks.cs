using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Books;
using Quittance.Core.Instruments;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;

namespace Quittance.Bench.Providers;

/// <summary>Times how payments are read.</summary>
internal sealed class TimedBooks(IBooks books, StepTimes times) : IBooks
{
    private const string Read = "payment read";

    public Task<PaymentView?> PaymentAsync(PaymentId id, int? asOf, CancellationToken cancel) =>
        times.TimeAsync(Read, () => books.PaymentAsync(id, asOf, cancel));

    public Task<PaymentView?> DecidedPaymentAsync(PaymentId id, int from, CancellationToken cancel) =>
        times.TimeAsync(Read, () => books.DecidedPaymentAsync(id, from, cancel));

    public Task<PaymentView?> PaymentAfterAsync(PaymentId id, int sequence, CancellationToken cancel) =>
        books.PaymentAfterAsync(id, sequence, cancel);

    public Task<PaymentView?> PaymentAsync(MerchantId merchant, long number, CancellationToken cancel) =>
        times.TimeAsync(Read, () => books.PaymentAsync(merchant, number, cancel));

    public Task<IReadOnlyDictionary<Guid, long>> PaymentNumbersAsync(
        MerchantId merchant, IReadOnlyCollection<Guid> ids, CancellationToken cancel) =>
        books.PaymentNumbersAsync(merchant, ids, cancel);

    public Task<RefundView?> RefundAsync(RefundId id, int? asOf, CancellationToken cancel) => books.RefundAsync(id, asOf, cancel);

    public Task<RefundView?> RefundAfterAsync(RefundId id, int sequence, CancellationToken cancel) =>
        books.RefundAfterAsync(id, sequence, cancel);

    public Task<RefundView?> RefundAsync(MerchantId merchant, long number, CancellationToken cancel) =>
        books.RefundAsync(merchant, number, cancel);

    public Task<ListSlice<RefundView>> RefundsAsync(ListQuery query, CancellationToken cancel) => books.RefundsAsync(query, cancel);

    public Task<ListSlice<PaymentView>> PaymentsAsync(ListQuery query, CancellationToken cancel) => books.PaymentsAsync(query, cancel);

    public Task<Account?> AccountAsync(Reference name, CancellationToken cancel) => books.AccountAsync(name, cancel);

    public Task<IReadOnlyList<Account>> AccountsAsync(IReadOnlyList<Reference> names, CancellationToken cancel) =>
        books.AccountsAsync(names, cancel);

    public Task<ChargeId?> MovedChargeAsync(Reference name, CancellationToken cancel) => books.MovedChargeAsync(name, cancel);

    public Task<Instrument?> OwnInstrumentAsync(AccountId account, CancellationToken cancel) => books.OwnInstrumentAsync(account, cancel);

    public Task<AccountStanding> StandingAsync(Account account, Currency currency, DateOnly today, CancellationToken cancel) =>
        books.StandingAsync(account, currency, today, cancel);

    public Task<ChargeSlice> ChargesAsync(IReadOnlyList<Account> accounts, ChargeRange range, CancellationToken cancel) =>
        books.ChargesAsync(accounts, range, cancel);
}
