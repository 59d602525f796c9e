using System.Reflection;
using System.Text.Json;
using Quittance.Core;
using Quittance.Providers.Stripe;

namespace Quittance.Tests.Providers;

/// <summary>The adapter reads Stripe's own objects (stripe/openapi, openapi/fixtures3.json).</summary>
public sealed class StripeObjectsTests
{
    private static readonly JsonElement Objects = Load();

    [Fact]
    public void Intent_OfStripesFixtures_IsRead()
    {
        var intent = StripeIntent.TryRead(Objects.GetProperty("payment_intent"))!;

        Assert.Equal(
            ("pi_1PgafyB7WZ01zgkWSjxsAJo3", new Money(10_99, Currency.Parse("USD")), "requires_payment_method", false, null),
            (intent.Id, intent.Amount, intent.Status, intent.IsManual, intent.Attempt));
    }

    [Fact]
    public void Refund_OfStripesFixtures_IsRead()
    {
        var refund = Objects.GetProperty("refund");

        var read = StripeJson.Refund(refund)!;

        Assert.Equal((refund.GetProperty("id").GetString(), refund.GetProperty("amount").GetInt64()), (read.Id, read.Amount.AmountMinor));
    }

    [Theory]
    [InlineData("refund")]
    [InlineData("checkout.session")]
    [InlineData("setup_intent")]
    public void ObjectOfAnotherKind_IsNoIntent(string kind) => Assert.Null(StripeIntent.TryRead(Objects.GetProperty(kind)));

    private static JsonElement Load()
    {
        using var file = Assembly.GetExecutingAssembly().GetManifestResourceStream("stripe.objects.json")!;
        using var document = JsonDocument.Parse(file);
        return document.RootElement.Clone();
    }
}
