using Quittance.Core;
using Quittance.Core.Billing;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Sessions;
using Quittance.Storage.Verification;
using Quittance.Tests.Engine;
using Quittance.Tests.Running;

namespace Quittance.Tests;

/// <summary>Verification finds sessions that do not fit the rest of the books.</summary>
public sealed class SessionVerificationTests(BooksFixture books)
{
    private const string LastEvent = "Everything stands where its last event left it, and since then";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("status = 'used', payment_id = NULL", LastEvent,
        "A session that was used for a payment has one that its provider was asked for")]
    [InlineData("status = 'expired'", LastEvent, "What was paid in a session that has expired is given back")]
    [InlineData("instrument_id = id",
        "A session's payment and its instrument are those of its account, and no other session has the payment")]
    [InlineData("events = events + 1", "Everything has as many events as it says, and every event is of something")]
    public async Task Session_ThatDoesNotFit_IsFound(string change, params string[] rules)
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var merchant = await own.MerchantAsync();
        var origin = new Origin(merchant, 0, NewId());
        var name = new Reference(merchant, "test", "account", "anna");
        var (euro, id) = (Currency.Parse("EUR"), new SessionId(merchant, NewId()));
        await using (var engine = own.Engine())
        {
            await DoAsync(engine, new OpenAccount(origin, new AccountId(merchant, NewId()), [name], euro, "Anna"));
            await DoAsync(engine, new OpenSession(
                origin, AccountTarget.Named(name), id, 1, SessionScope.Ecom, new Money(20_00, euro), "Fees", [PaymentChoice.Cash],
                TimeSpan.FromHours(1)));
            var session = await new Storage.Reading.Sessions(own.Database).FindAsync(id, Cancel);
            await DoAsync(engine, new SubmitSession(origin, session!, PaymentChoice.Cash, new PaymentId(merchant, NewId()), "test")
            {
                Provider = ClearingProvider.Cash,
            });
        }

        Assert.Empty(await BrokenAsync(own, merchant));
        await SealedSql.ScalarAsync(own.Database, $"UPDATE session SET {change}");

        Assert.Equal(rules, await BrokenAsync(own, merchant));
    }

    private static async Task<IEnumerable<string>> BrokenAsync(OwnBooks own, MerchantId merchant)
    {
        var report = Assert.Single(await new Verifier(own.Database).VerifyAsync(merchant, Cancel));
        Assert.Contains(("sessions", 1L), report.Counts);
        return report.Differences.Select(difference => difference.Rule);
    }

    private static Task DoAsync(PaymentEngine engine, Command command) => engine.DoAsync(command);

    private static Guid NewId() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
}
