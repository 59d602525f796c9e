using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Executing;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Core.Webhooks;
using Quittance.Storage.Providers;
using Quittance.Tests.Engine;
using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>A merchant's payment provider that is out of reach.</summary>
internal sealed class SilentProvider(BooksFixture books, MerchantId merchant)
{
    /// <summary>Puts the next question off; true when it was put off before and no server is asking.</summary>
    private const string LetGo = """
        WITH before AS (
                 SELECT a.merchant_id, a.id, a.due_at,
                        (SELECT e.type FROM event e WHERE e.merchant_id = a.merchant_id AND e.subject_id = a.id
                          ORDER BY e.sequence DESC LIMIT 1) AS last
                   FROM attempt a WHERE a.merchant_id = $1 AND a.payment_id = $2 AND a.status = 'unknown'),
             later AS (UPDATE attempt a SET due_at = now() + interval '1 hour'
                         FROM before b WHERE (a.merchant_id, a.id) = (b.merchant_id, b.id))
        SELECT coalesce(bool_and(due_at > now() + interval '30 minutes' AND last <> 'attempt.asked'), false) FROM before
        """;

    // No server listens there.
    private static readonly Uri Address = new("http://127.0.0.1:9/");

    /// <summary>A card payment for a new customer's bill. Its provider was asked for it, in vain.</summary>
    /// <returns>Its number.</returns>
    public async Task<long> PayAsync(long amountMinor)
    {
        var (number, id, _) = await BeginAsync(amountMinor);
        // It is begun here without asking the provider: recovery asks as soon as the lease is over. It asks again only after the test:
        // else it might ask at the very moment when the operator does.
        await NoticePost.UntilAsync(async () => (bool)(await books.ScalarAsync(LetGo, merchant.Value, id.Value))!);
        return number;
    }

    /// <summary>A card payment that its provider declines.</summary>
    public async Task DeclineAsync(long amountMinor, DeclineReason reason)
    {
        var (_, id, attempt) = await BeginAsync(amountMinor);
        Assert.True((
            await books.Engine.SubmitAsync(
            new TakeAnswer(new Origin(merchant, 0, id.Value), attempt, ProviderAnswer.Declined(reason)))).Accepted);
    }

    /// <summary>A card payment for a new customer's bill, whose provider was not asked yet.</summary>
    public async Task<(long Number, PaymentId Id, Attempt Attempt)> BeginAsync(long amountMinor)
    {
        var cancel = TestContext.Current.CancellationToken;
        await new ProviderAccounts(books.Database, books.Vault, TimeProvider.System).SaveAsync(
            new ProviderAccount(merchant, "sandbox", Address, Business.NewId().ToString("N"), [SigningKey.New()]), cancel);
        var customer = await new Customers(books.Engine, books.Vault, merchant, "test")
            .CreateAsync(Customers.CardOf(VaultedPayments.GoodCard), amountMinor);
        var id = new PaymentId(merchant, Guid.CreateVersion7(TimeProvider.System.GetUtcNow()));
        var begun = await books.Engine.SubmitAsync(new RecordPayment(
            new Origin(merchant, 0, id.Value), AccountTarget.Named(new Reference(merchant, "test", "account", customer.Account)), id,
            "test")
        {
            Amount = new Money(amountMinor, Currency.Parse("USD")),
            Instrument = new Reference(merchant, "test", "payment-method", customer.Instrument),
            Parts = [Part.Charge(new Reference(merchant, "test", "bill", customer.Bills[0]), amountMinor)],
        });
        var attempt = Assert.Single(begun.Attempts);
        return ((long)(await books.ScalarAsync("SELECT number FROM payment WHERE merchant_id = $1 AND id = $2", merchant.Value, id.Value))!,
            id, attempt);
    }
}
