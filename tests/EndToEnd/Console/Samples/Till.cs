using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;
using Quittance.Storage;
using Quittance.Storage.Console;
using Quittance.Storage.Tenancy;
using Quittance.Tests.Engine;
using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>Books payments and charges of a merchant through the engine, in euros, for operators to look at.</summary>
internal sealed class Till(BooksFixture books, MerchantId merchant)
{
    private readonly Business _business = new(merchant);

    /// <summary>A customer with a name.</summary>
    public Task OpenAsync(string account, string name) => DoAsync(_business.Opening(account) with { Name = name });

    /// <summary>Money that came; the number of its payment.</summary>
    public async Task<long> PayAsync(string account, long amountMinor = 10_00, string? correlator = null)
    {
        var details = correlator is null ? null : $$"""{"correlatorId":"{{correlator}}"}""";
        return await NumberAsync(_business.Payment(account, amountMinor) with { Details = details });
    }

    /// <summary>Money that came in some currency; the number of its payment.</summary>
    public async Task<long> PayAsync(string account, Money amount) =>
        await NumberAsync(
            _business.Payment(account) with { Opening = _business.Opening(account) with { Currency = amount.Currency }, Amount = amount });

    /// <summary>A payment by bank transfer that goes back to the customer, and its refund, which people pay out; their numbers.</summary>
    public async Task<(long Payment, long Refund)> RefundToPayAsync(string account, long amountMinor = 12_00)
    {
        var payment = _business.Payment(account, amountMinor) with { ReceivedBy = ClearingProvider.BankTransfer };
        var (number, refund) = (await NumberAsync(payment), new RefundId(merchant, Business.NewId()));
        await DoAsync(new RefundPayment(
            new Origin(merchant, 0, Business.NewId()), payment.Account, payment.Id, refund, Reference.House)
        {
            Amount = payment.Amount,
        });
        return (number, (long)(await books.ScalarAsync(
            "SELECT number FROM refund WHERE merchant_id = $1 AND id = $2", merchant.Value, refund.Value))!);
    }

    /// <summary>A payment without an amount; its number.</summary>
    public Task<long> RecordAsync(string account) => NumberAsync(_business.Payment(account) with { Amount = null, ReceivedBy = null });

    /// <summary>Many payments of one amount.</summary>
    public async Task PayManyAsync(string account, int count) =>
        Assert.All(await Task.WhenAll(
            Enumerable.Range(0, count).Select(_ => books.Engine.SubmitAsync(_business.Payment(account), patient: true))),
            outcome => Assert.True(outcome.Accepted));

    /// <summary>A payment whose money is still to come.</summary>
    public Task<long> PromiseAsync(string account, long amountMinor = 10_00) =>
        NumberAsync(_business.Payment(account, amountMinor) with { ReceivedBy = null });

    /// <summary>A customer's debt.</summary>
    public Task ChargeAsync(string account, string bill, long amountMinor, DateOnly? dueOn = null) =>
        DoAsync(_business.Charge(account, bill, amountMinor) with { DueOn = dueOn ?? new DateOnly(2026, 1, 1) });

    /// <summary>From now on operators need a second person to give more than this back or up; null for no limit.</summary>
    public async Task LimitAsync(long? amountMinor) => Assert.Equal(
        ChangeOutcome.Made,
        await new ApprovalLimits(books.Database, TimeProvider.System).SetAsync(
            merchant, Business.Euro, amountMinor, By(null, OperatorAction.CommandLine, "limit.set", "limit"),
            TestContext.Current.CancellationToken));

    /// <summary>A refund for which a person asks above the limit; the number of the request.</summary>
    public async Task<long> AskAsync(long payment, long amountMinor, string name = "Ada", Guid? person = null)
    {
        var story = await new PaymentStories(books.Database).FindAsync(merchant, payment, TestContext.Current.CancellationToken);
        var (view, id) = (story!.View, Business.NewId());
        await DoAsync(new RefundPayment(
            By(person ?? Business.NewId(), name, "payment.refund", $"payment {payment}"),
            AccountTarget.Of(view.Account.Id, view.Account.Slot), view.Payment.Id, new RefundId(merchant, id), Reference.House)
        {
            Amount = new Money(amountMinor, Business.Euro),
        });
        return (long)(await books.ScalarAsync(
            "SELECT number FROM approval_request WHERE merchant_id = $1 AND id = $2", merchant.Value, id))!;
    }

    /// <summary>Where a request for a second person stands.</summary>
    public async Task<string> RequestAsync(long number) => (string)(await books.ScalarAsync(
        "SELECT status FROM approval_request WHERE merchant_id = $1 AND number = $2", merchant.Value, number))!;

    /// <summary>One figure of a payment, minor units.</summary>
    public async Task<long> MinorAsync(long number, string column) => (long)(await books.ScalarAsync(
        $"SELECT {column}_minor FROM payment WHERE merchant_id = $1 AND number = $2", merchant.Value, number))!;

    /// <summary>Where a payment stands.</summary>
    public async Task<string> StatusAsync(long number) => (string)(await books.ScalarAsync(
        "SELECT status FROM payment WHERE merchant_id = $1 AND number = $2", merchant.Value, number))!;

    /// <summary>The actions of operators, each with its reason.</summary>
    public async Task<string> ActionsAsync() => (string)(await books.ScalarAsync(
        "SELECT coalesce(string_agg(what || ' ' || subject || ': ' || reason, '; ' ORDER BY at), '') FROM operator_action WHERE "
            + "merchant_id = $1", merchant.Value))!;

    private Origin By(Guid? person, string who, string what, string subject) => new(merchant, Credential: 0, Business.NewId())
    {
        Action = new OperatorAction(person, who, what, subject, "The customer was charged twice"),
    };

    private async Task<long> NumberAsync(RecordPayment payment)
    {
        await DoAsync(payment);
        return (long)(
            await books.ScalarAsync("SELECT number FROM payment WHERE merchant_id = $1 AND id = $2", merchant.Value, payment.Id.Value))!;
    }

    private Task DoAsync(Command command) => books.Engine.DoAsync(command);
}
