using Quittance.Core;
using Quittance.Core.Billing;
using Quittance.Core.Corrections;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;
using Quittance.Tests.Engine;
using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>The books of one merchant with its clients' payments, for pages to show.</summary>
internal sealed class BooksOfOne(BooksFixture books, MerchantId merchant)
{
    public static readonly Currency Euro = Currency.Parse("EUR");

    public Origin Origin { get; init; } = new(merchant, 0, NewId());

    /// <summary>Opens an account. Returns its id.</summary>
    public async Task<AccountId> CustomerAsync(string reference, string? name = null)
    {
        var id = new AccountId(merchant, NewId());
        await DoAsync(new OpenAccount(Origin, id, [Name("account", reference)], Euro, name));
        return id;
    }

    public async Task<ChargeId> ChargeAsync(string customer, string bill, long amountMinor, DateOnly? due = null)
    {
        var id = new ChargeId(merchant, NewId());
        await DoAsync(
            new RaiseCharge(
            Origin, Of(customer), id, new Money(amountMinor, Euro), due ?? new DateOnly(2026, 1, 1))
            { Reference = Name("bill", bill) });
        return id;
    }

    /// <summary>Money in the drawer, for a bill or for nothing yet.</summary>
    public async Task<PaymentId> PayAsync(string customer, long amountMinor, string? bill = null)
    {
        var id = new PaymentId(merchant, NewId());
        await DoAsync(new RecordPayment(Origin, Of(customer), id, "oracle-brm")
        {
            Amount = new Money(amountMinor, Euro),
            ReceivedBy = ClearingProvider.Cash,
            Parts = bill is null ? [] : [Part.ChargeUpTo(Name("bill", bill))],
        });
        return id;
    }

    public Task AllocateAsync(string customer, PaymentId payment, string bill, long amountMinor) =>
        DoAsync(new AllocatePayment(Origin, Of(customer), payment, [Part.Charge(Name("bill", bill), amountMinor)]));

    public Task RefundAsync(string customer, PaymentId payment, long amountMinor) =>
        DoAsync(new RefundPayment(
            Origin, Of(customer), payment, new RefundId(merchant, NewId()), "oracle-brm")
        { Amount = new Money(amountMinor, Euro) });

    /// <summary>Money of one customer becomes the credit of another.</summary>
    public Task MoveAsync(PaymentId payment, string from, string to, long amountMinor) =>
        DoAsync(new MovePayment(Origin, Of(to), Of(from), payment, new PaymentId(merchant, NewId()), new Money(amountMinor, Euro))
        { To = [] });

    public async Task<long> NumberAsync(PaymentId payment) =>
        (long)(await books.ScalarAsync("SELECT number FROM payment WHERE merchant_id = $1 AND id = $2", merchant.Value, payment.Value))!;

    /// <summary>The ledger account of what a customer owes.</summary>
    public async Task<Guid> ReceivableAsync(AccountId account) => (Guid)(await books.ScalarAsync(
        "SELECT id FROM ledger_account WHERE merchant_id = $1 AND holder_id = $2 AND kind = $3", merchant.Value, account.Value,
        "receivable"))!;

    public static Guid NewId() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());

    private Reference Name(string kind, string value) => new(merchant, "oracle-brm", kind, value);

    private AccountTarget Of(string customer) => AccountTarget.Named(Name("account", customer));

    private Task DoAsync(Command command) => books.Engine.DoAsync(command);
}
