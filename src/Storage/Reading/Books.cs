using Npgsql;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Books;
using Quittance.Core.Instruments;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;

namespace Quittance.Storage.Reading;

/// <summary>Reads payments and refunds with all that an answer may show of them, and how accounts stand.</summary>
public sealed class Books(NpgsqlDataSource database) : IBooks
{
    private readonly PaymentReading _payments = new(database);
    private readonly RefundReading _refunds = new(database);
    private readonly AccountReading _accounts = new(database);

    /// <inheritdoc/>
    public Task<PaymentView?> PaymentAsync(PaymentId id, int? asOf, CancellationToken cancel) =>
        _payments.ByIdAsync(id, asOf, cancel);

    /// <inheritdoc/>
    public Task<PaymentView?> DecidedPaymentAsync(PaymentId id, int from, CancellationToken cancel) =>
        _payments.DecidedAsync(id, from, cancel);

    /// <inheritdoc/>
    public Task<PaymentView?> PaymentAfterAsync(PaymentId id, int sequence, CancellationToken cancel) =>
        _payments.AfterAsync(id, sequence, cancel);

    /// <inheritdoc/>
    public Task<PaymentView?> PaymentAsync(MerchantId merchant, long number, CancellationToken cancel) =>
        _payments.ByNumberAsync(merchant, number, cancel);

    /// <summary>A merchant's payments by their ids, as they are now; without those that it does not have.</summary>
    public Task<IReadOnlyDictionary<Guid, PaymentView>> PaymentsAsync(
        MerchantId merchant, IReadOnlyCollection<Guid> ids, CancellationToken cancel) =>
        _payments.ByIdsAsync(merchant, ids, cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<Guid, long>> PaymentNumbersAsync(
        MerchantId merchant, IReadOnlyCollection<Guid> ids, CancellationToken cancel) =>
        _payments.NumbersAsync(merchant, ids, cancel);

    /// <inheritdoc/>
    public Task<ListSlice<PaymentView>> PaymentsAsync(ListQuery query, CancellationToken cancel) => _payments.ListAsync(query, cancel);

    /// <inheritdoc/>
    public Task<RefundView?> RefundAsync(RefundId id, int? asOf, CancellationToken cancel) => _refunds.ByIdAsync(id, asOf, cancel);

    /// <inheritdoc/>
    public Task<RefundView?> RefundAfterAsync(RefundId id, int sequence, CancellationToken cancel) =>
        _refunds.AfterAsync(id, sequence, cancel);

    /// <inheritdoc/>
    public Task<RefundView?> RefundAsync(MerchantId merchant, long number, CancellationToken cancel) =>
        _refunds.ByNumberAsync(merchant, number, cancel);

    /// <inheritdoc/>
    public Task<ListSlice<RefundView>> RefundsAsync(ListQuery query, CancellationToken cancel) => _refunds.ListAsync(query, cancel);

    /// <inheritdoc/>
    public Task<Account?> AccountAsync(Reference name, CancellationToken cancel) =>
        _accounts.AccountAsync(name, cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Account>> AccountsAsync(IReadOnlyList<Reference> names, CancellationToken cancel) =>
        _accounts.AccountsAsync(names, cancel);

    /// <inheritdoc/>
    public Task<ChargeId?> MovedChargeAsync(Reference name, CancellationToken cancel) => _accounts.MovedChargeAsync(name, cancel);

    /// <inheritdoc/>
    public Task<Instrument?> OwnInstrumentAsync(AccountId account, CancellationToken cancel) =>
        _accounts.OwnInstrumentAsync(account, cancel);

    /// <inheritdoc/>
    public Task<AccountStanding> StandingAsync(Account account, Currency currency, DateOnly today, CancellationToken cancel) =>
        _accounts.StandingAsync(account, currency, today, cancel);

    /// <inheritdoc/>
    public Task<ChargeSlice> ChargesAsync(IReadOnlyList<Account> accounts, ChargeRange range, CancellationToken cancel) =>
        _accounts.ChargesAsync(accounts, range, cancel);
}
