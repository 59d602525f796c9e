using System.Net;
using Quittance.Core.Instruments;

namespace Quittance.Tests.Running;

/// <summary>Payments by Demo Company's customers, taken from the instruments that the vault holds, over HTTP.</summary>
internal sealed class VaultedPayments(BooksFixture books)
{
    public const string Path = "/brm/payment/v4/payment";
    public const string GoodCard = "4242424242424242";

    public TmfHttp Http { get; } = new(books, "demo-brm");

    public Customers Customers { get; init; } = new(books.Engine, books.Vault, books.DemoCompany);

    /// <summary>A payment that is captured at once, and settles the one bill of its customer.</summary>
    public Task<CapturedPayment> CaptureAsync(long amountMinor) => PayAsync(amountMinor, Customers.CardOf(GoodCard), "done");

    /// <summary>A payment for the one bill of a new customer.</summary>
    public async Task<CapturedPayment> PayAsync(long amountMinor, InstrumentSecret secret, string status)
    {
        var customer = await Customers.CreateAsync(secret, amountMinor);
        var paid = await Http.PostAsync(Path, customer.Payment(amountMinor, customer.Bills[0]));
        Assert.Equal((HttpStatusCode.Created, status), (paid.Status, paid["status"]));
        var id = Guid.Parse(paid.Headers["Quittance-Payment"]);
        return new CapturedPayment(
            books, customer, id, amountMinor, (await AttemptAsync(id, "authorise"))!.Value, await AttemptAsync(id, "capture") ?? default);
    }

    public async Task<Guid?> AttemptAsync(Guid payment, string verb) =>
        (Guid?)await books.ScalarAsync("SELECT id FROM attempt WHERE payment_id = $1 AND verb = $2", payment, verb);
}

/// <summary>A payment, and its attempts at the provider.</summary>
internal sealed record CapturedPayment(BooksFixture Books, Customer Customer, Guid Id, long AmountMinor, Guid Authorisation, Guid Capture)
{
    public async Task<long> ReversedMinorAsync() =>
        (long)(await Books.ScalarAsync("SELECT reversed_minor FROM payment WHERE id = $1", Id))!;

    /// <summary>What is due on its bill, minor units.</summary>
    public async Task<long> DueMinorAsync() => (long)(await Books.ScalarAsync(
        """
        SELECT c.amount_minor - c.allocated_minor
          FROM charge c JOIN reference r ON r.merchant_id = c.merchant_id AND r.object_id = c.id WHERE r.value = $1
        """,
        Customer.Bills[0]))!;

    /// <summary>What the payment has brought to a kind of ledger account, minor units; below zero for what it took.</summary>
    public async Task<long> BroughtAsync(string kind) => (long)(await Books.ScalarAsync(
        """
        SELECT coalesce(sum(CASE WHEN d.kind = $2 THEN t.amount_minor ELSE 0 END
                   - CASE WHEN c.kind = $2 THEN t.amount_minor ELSE 0 END), 0)::bigint
          FROM transfer t
          JOIN ledger_account d ON d.merchant_id = t.merchant_id AND d.id = t.debit_id
          JOIN ledger_account c ON c.merchant_id = t.merchant_id AND c.id = t.credit_id
         WHERE t.subject_id = $1
        """,
        Id, kind))!;

    /// <summary>Asserts what is left of the payment, what is due on its bill, and the fee that it has cost.</summary>
    public async Task AssertAsync(long reversedMinor, long dueMinor, long feeMinor = 0)
    {
        Assert.Equal((reversedMinor, dueMinor), (await ReversedMinorAsync(), await DueMinorAsync()));
        Assert.Equal((AmountMinor - reversedMinor - feeMinor, feeMinor), (await BroughtAsync("clearing"), await BroughtAsync("fees")));
        await Books.AssertBooksAreCleanAsync();
    }
}
