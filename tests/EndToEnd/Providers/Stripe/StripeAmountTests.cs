using System.Net;
using System.Text.Json.Nodes;
using Quittance.Core;
using Quittance.Core.Providers;
using Quittance.Providers.Stripe;
using Quittance.Storage.Providers;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;

namespace Quittance.Tests.Providers;

/// <summary>Stripe's units are ISO minor units but for some currencies (docs.stripe.com/currencies).</summary>
public sealed class StripeAmountTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("EUR", 10_00, 1000)]
    [InlineData("JPY", 1500, 1500)]
    [InlineData("ISK", 1500, 150000)]
    [InlineData("UGX", 1500, 150000)]
    [InlineData("MGA", 20_00, 20)]
    [InlineData("KWD", 1_010, 1010)]
    public async Task Amount_IsSentAndReadInStripesUnits(string currency, long minor, long units)
    {
        var wire = await BadWire.ToAsync(new Uri(books.Sandbox, "stripe/"));
        var provider = StripeUnderTest.Connect(wire.Address);
        var request = Authorising(currency, minor);

        Assert.Equal(Verdict.Approved, (await provider.AuthoriseAsync(request, Cancel)).Verdict);

        Assert.Contains($"amount={units}&currency={currency.ToLowerInvariant()}&", wire.LastBody, StringComparison.Ordinal);
        Assert.Equal(Verdict.Approved, (await provider.FindAsync(Verb.Authorise, request, Cancel)).Verdict);
    }

    [Theory]
    [InlineData("KWD", "1.234", true)]
    [InlineData("KWD", "1.23", false)]
    [InlineData("MGA", "20.01", true)]
    [InlineData("MGA", "20", false)]
    [InlineData("EUR", "20.01", false)]
    public async Task Session_AndLink_ForAnAmountThatStripeCannotSay_AreRefused(string currency, string amount, bool isRefused)
    {
        var biller = await Biller.OpenAsync(books);
        string[] keys = [$"sk_test_{Biller.NewWord()}", $"whsec_{Biller.NewWord()}"];
        SecretWatch.OfTheRun.Add(keys);
        await new ProviderAccounts(books.Database, books.Vault, TimeProvider.System).SaveAsync(
            new ProviderAccount(
                biller.Merchant, StripeProvider.ProviderName, new Uri(books.Sandbox, "stripe/"), keys[0], [keys[1]]), Cancel);
        var account = await biller.CustomerAsync(currency);
        var asked = new JsonObject { ["account"] = account, ["amount"] = Biller.Euro(amount, currency), ["text"] = "Boots" };

        foreach (var path in (string[])[Biller.Sessions, Biller.Links])
        {
            var answer = await biller.PostAsync(path, asked);
            if (isRefused)
                Assert.Equal(((422, "amount-unsayable"), "/amount"), (answer.Problem, Assert.Single(answer.Places)));
            else
                Assert.True(answer.Status == HttpStatusCode.Created, answer.Text);
        }

        // Cash has every digit.
        asked["choices"] = new JsonArray("cash");
        Assert.Equal(HttpStatusCode.Created, (await biller.PostAsync(Biller.Sessions, asked)).Status);
    }

    [Theory]
    [InlineData("KWD", 1_005)]
    [InlineData("MGA", 20_01)]
    public async Task Amount_ThatStripeCannotSay_IsNeverSent(string currency, long minor)
    {
        var wire = await BadWire.ToAsync(books.Sandbox);

        var answer = await StripeUnderTest.Connect(wire.Address).AuthoriseAsync(Authorising(currency, minor), Cancel);

        Assert.Equal((ProviderAnswer.Declined(DeclineReason.RequestRefused), 0), (answer, wire.Requests));
    }

    [Theory]
    [InlineData("ISK", 1500, 1500)]
    [InlineData("ISK", 1500, 150001)]
    [InlineData("MGA", 20_00, 2000)]
    [InlineData("JPY", 1500, 150000)]
    public async Task Answer_InOtherUnits_IsUnknown(string currency, long minor, long units)
    {
        var wire = await BadWire.ToAsync(
            new Uri(books.Sandbox, "stripe/"), Fault.Other("amount", JsonValue.Create(units)));

        var answer = await StripeUnderTest.Connect(wire.Address).AuthoriseAsync(Authorising(currency, minor), Cancel);

        Assert.Equal(ProviderAnswer.Unknown, answer);
    }

    private static ProviderRequest Authorising(string currency, long minor) =>
        new StripeUnderTest().Authorising() with { Amount = new Money(minor, Currency.Parse(currency)) };
}
