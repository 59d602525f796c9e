using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Ledger;
using Quittance.Core.Overdue;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Storage.Overdue;
using Quittance.Storage.Reading;
using Quittance.Storage.Vault;
using Quittance.Tests.Running;

namespace Quittance.Tests.Engine;

/// <summary>The server tries a failed payment again at the moment at which the customer's cash is recorded for the same charge.</summary>
[Long("two hundred races")]
public sealed class RetryRaceTests(BooksFixture books)
{
    private const int Payments = 200;
    private const long Owed = 40_00;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TryAndCash_AtOnce_PayTheChargeOnce_AndTheRestIsCredit()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var merchant = await own.MerchantAsync();
        var policies = new RetryPolicies(own.Database, TimeProvider.System);
        await policies.SetAsync(
            merchant, new RetryPolicy(merchant, [1], AlsoUnexplained: false), By(merchant) with
            {
                Action = new OperatorAction(null, OperatorAction.CommandLine, "retry.policy", "retries", "agreed"),
            }, null, Cancel);
        await using var engine = own.Engine(lanes: 4, batchLimit: 3);
        var vault = await PostgresVault.OpenAsync(own.Database, RunningProgram.MasterKeyOfExternalDatabases, TimeProvider.System, Cancel);
        var customers = new Customers(engine, vault, merchant);
        Dictionary<Guid, Customer> byPayment = [];
        foreach (var _ in Enumerable.Range(0, Payments))
        {
            var customer = await customers.CreateAsync(Customers.CardOf("4000000000009995"), Owed);
            byPayment.Add((await DeclinedAsync(own, engine, customer)).Value, customer);
        }

        var tomorrow = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(1);
        var candidates = await new Retries(own.Database, policies).CandidatesAsync(merchant, tomorrow, Guid.Empty, Payments, Cancel);
        Assert.Equal(Payments, candidates.Count);
        var (tries, first) = (0, 0);
        foreach (var candidate in candidates)
        {
            var id = new PaymentId(merchant, Business.NewId());
            var cash = Recording(byPayment[candidate.First.Id.Value]) with
            {
                Instrument = null,
                ChargesInstrument = false,
                ReceivedBy = ClearingProvider.Cash,
            };
            Command[] both = [candidate.CommandOn(tomorrow, By(merchant), id)!, cash];
            // Now the one, now the other is there a little sooner.
            if (first++ % 2 == 1)
                Array.Reverse(both);
            var outcomes = await Task.WhenAll(both.Select(command => engine.SubmitAsync(command)));
            var tried = outcomes[both[0] is RetryPayment ? 0 : 1];
            if (!tried.Accepted)
                continue;
            tries++;
            Assert.True((await engine.SubmitAsync(new TakeAnswer(By(merchant), tried.Attempt!, ProviderAnswer.Approved))).Accepted);
        }

        Assert.InRange(tries, 1, Payments);
        // A capture may follow: the money of each try comes.
        foreach (var attempt in await OpenAsync(own))
            Assert.True((await engine.SubmitAsync(new TakeAnswer(By(merchant), attempt, ProviderAnswer.Approved))).Accepted);
        Assert.Equal(0, await own.CountAsync("charge WHERE is_open"));
        Assert.Equal(Payments, await own.CountAsync($"charge WHERE allocated_minor = {Owed}"));
        Assert.Equal(Payments, await own.CountAsync("payment WHERE status = 'captured' AND allocated_minor > 0"));
        await own.AssertCleanAsync();
    }

    private static async Task<IReadOnlyList<Attempt>> OpenAsync(OwnBooks own) =>
        await new Attempts(own.Database).UnsettledAsync(onlyUnknown: false, Cancel);

    private static async Task<PaymentId> DeclinedAsync(OwnBooks own, PaymentEngine engine, Customer customer)
    {
        var begun = await engine.SubmitAsync(Recording(customer));
        var id = new PaymentId(customer.Merchant, begun.Subject);
        var asked = (await new Attempts(own.Database).OfPaymentAsync(id, Cancel)).Single();
        var declined = ProviderAnswer.Declined(DeclineReason.InsufficientFunds);
        Assert.True((await engine.SubmitAsync(new TakeAnswer(By(customer.Merchant), asked, declined))).Accepted);
        return id;
    }

    private static RecordPayment Recording(Customer customer) => new(
        By(customer.Merchant), AccountTarget.Named(Named(customer, "account", customer.Account)),
        new PaymentId(customer.Merchant, Business.NewId()), "oracle-brm")
    {
        Amount = new Money(Owed, Currency.Parse("USD")),
        Instrument = Named(customer, "payment-method", customer.Instrument),
        ChargesInstrument = true,
        Parts = [Part.Charge(Named(customer, "bill", customer.Bills[0]), Owed)],
    };

    private static Reference Named(Customer customer, string kind, string value) => new(customer.Merchant, "oracle-brm", kind, value);

    private static Origin By(MerchantId merchant) => new(merchant, 0, Business.NewId());
}
