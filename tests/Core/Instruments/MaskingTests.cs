using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;

namespace Quittance.Tests.Instruments;

/// <summary>Numbers leave only by Reveal: no text, no serialiser, no record around them gives one away.</summary>
public sealed class MaskingTests
{
    private static readonly CardExpiry Expiry = new(12, 2030);

    public static TheoryData<InstrumentSecret, string, string[]> Secrets => new()
    {
        { new Card(CardNumber.Parse("4242424242424242"), Expiry, "Mary Irwin"), "Visa ···· 4242", ["42424242"] },
        { new Card(CardNumber.Parse("9999999999999995"), Expiry, null), "Card ···· 9995", ["99999999"] },
        { new IbanAccount(Iban.Parse("DE89370400440532013000"), null, "Mary Irwin"), "DE ···· 3000", ["053201", "37040044"] },
        { new UkAccount(SortCode.Parse("20-12-53"), UkAccountNumber.Parse("55779911"), "Mary Irwin"), "GB ···· 9911",
            ["201253", "20-12-53", "5577"] },
    };

    [Theory]
    [MemberData(nameof(Secrets))]
    public void Secret_IsShownMasked(InstrumentSecret secret, string masked, string[] hidden)
    {
        var request = new ProviderRequest(
            new AttemptId(new MerchantId(1), Guid.Empty), new Money(1000, Currency.Parse("USD")))
        { Instrument = secret };
        string[] texts =
        [
            secret.ToString(), $"{secret}", $"{request}", JsonSerializer.Serialize(secret, secret.GetType()),
            JsonSerializer.Serialize(request),
            .. secret.GetType().GetProperties().Select(property => $"{property.GetValue(secret)}"),
        ];

        Assert.Equal(masked, secret.Masked);
        Assert.Equal(masked, secret.ToString());
        Assert.DoesNotContain(texts, text => hidden.Any(number => text.Contains(number, StringComparison.Ordinal)));
    }

    [Fact]
    public void IbanAccount_OfSwitzerlandOrLiechtenstein_IsSwiss()
    {
        Assert.True(new IbanAccount(Iban.Parse("CH9300762011623852957"), null, "A").IsSwiss);
        Assert.True(new IbanAccount(Iban.Parse("LI21088100002324013AA"), null, "A").IsSwiss);
        Assert.False(new IbanAccount(Iban.Parse("DE89370400440532013000"), null, "A").IsSwiss);
    }
}
