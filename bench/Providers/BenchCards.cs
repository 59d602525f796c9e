using Quittance.Bench.Books;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Dialects.Tmf676.Resources;

namespace Quittance.Bench.Providers;

/// <summary>Gives each account of a merchant a card that the vault holds.</summary>
internal sealed class BenchCards(PaymentEngine engine, IVault vault, TimeProvider clock)
{
    /// <summary>The first characters of a card's name; the number of its account follows.</summary>
    public const string Prefix = "C-";

    private const int AtOnce = 4096;

    // The sandbox approves it for all amounts of the benchmarks.
    private readonly Card _card = new(CardNumber.Parse("4242424242424242"), new CardExpiry(12, clock.GetUtcNow().Year + 4), "Bench");

    /// <summary>The name that TMF676 has for the card of an account.</summary>
    public static Reference Tmf(MerchantId merchant, int number) =>
        new(merchant, TmfNames.Tmf676, TmfNames.PaymentMethod, $"{Prefix}{number.ToString($"D{BenchAccounts.Digits}")}");

    /// <summary>Registers the cards of accounts 1 to <paramref name="count"/>.</summary>
    /// <param name="count">How many.</param>
    /// <param name="provider">The name of the provider that charges them.</param>
    public async Task RegisterAsync(MerchantId merchant, int count, string provider)
    {
        // Alone, since the merchant's key is made with its first card.
        await RegisterAsync(merchant, [1], provider);
        foreach (var numbers in Enumerable.Range(2, count - 1).Chunk(AtOnce))
            await RegisterAsync(merchant, numbers, provider);
    }

    private async Task RegisterAsync(MerchantId merchant, int[] numbers, string provider)
    {
        var outcomes = await Task.WhenAll(numbers.Select(number => RegisterOneAsync(merchant, number, provider)));
        if (outcomes.FirstOrDefault(outcome => !outcome.Accepted) is { } refused)
            throw new BenchException($"A card was refused: {string.Join(", ", refused.Faults)}");
    }

    private async Task<Outcome> RegisterOneAsync(MerchantId merchant, int number, string provider)
    {
        var id = new InstrumentId(merchant, NewId());
        var register = new RegisterInstrument(
            new Origin(merchant, Credential: 0, NewId()), AccountTarget.Named(BenchAccounts.Tmf(merchant, number)), id,
            Tmf(merchant, number),
            PaymentMethod.BankCard, _card.Masked)
        {
            Holding = new Holding(new Vaulted(provider, _card.Shown), await vault.SealAsync(id, _card, CancellationToken.None)),
        };
        return await engine.SubmitAsync(register, patient: true);
    }

    private Guid NewId() => Guid.CreateVersion7(clock.GetUtcNow());
}
