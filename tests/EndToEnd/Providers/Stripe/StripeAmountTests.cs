using System.Text.Json.Nodes;
using Quittance.Core;
using Quittance.Core.Providers;
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
