using System.Diagnostics;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Collecting;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Providers.Notices;
using Quittance.Storage.Providers;
using Quittance.Tests.Engine;
using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>A merchant's payment provider that is out of reach.</summary>
internal sealed class SilentProvider(BooksFixture books, MerchantId merchant)
{
    // No server listens there.
    private static readonly Uri Address = new("http://127.0.0.1:9/");

    /// <summary>A card payment for a new customer's bill. Its provider was asked for it, in vain.</summary>
    /// <returns>Its number.</returns>
    public async Task<long> PayAsync(long amountMinor)
    {
        var cancel = TestContext.Current.CancellationToken;
        var (number, id, _) = await BeginAsync(amountMinor);
        // It is begun here without asking the provider: recovery asks as soon as the lease is over.
        for (var since = Stopwatch.GetTimestamp(); await StatusAsync(id) != "unknown"; await Task.Delay(
            TimeSpan.FromMilliseconds(100), TimeProvider.System, cancel))
        {
            Assert.True(Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(30), "Recovery has not asked.");
        }

        // Recovery asks again only after the test: else it might ask at the very moment when the operator does.
        await books.ScalarAsync("UPDATE attempt SET due_at = now() + interval '1 hour' WHERE payment_id = $1", id.Value);
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
            new ProviderAccount(merchant, "sandbox", Address, Business.NewId().ToString("N"), [NoticeSignature.NewKey()]), cancel);
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

    private async Task<string> StatusAsync(PaymentId id) =>
        (string)(await books.ScalarAsync("SELECT status FROM payment WHERE merchant_id = $1 AND id = $2", merchant.Value, id.Value))!;
}
