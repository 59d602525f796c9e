using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Engine;
using Quittance.Core.Payments;
using Quittance.Dialects.SportAlliance;

namespace Quittance.Bench.Books;

/// <summary>Gives a merchant accounts, as its API's clients would name them.</summary>
internal sealed class BenchAccounts(PaymentEngine engine, TimeProvider clock)
{
    /// <summary>How many digits an account's number has in its name, leading zeros included.</summary>
    public const int Digits = 6;

    /// <summary>As many accounts as these digits can tell apart.</summary>
    public const int Most = 999_999;

    // Within the engine's queues, and enough for full batches.
    private const int AtOnce = 4096;

    /// <summary>The currency of everything here.</summary>
    public static Currency Currency { get; } = Currency.Parse("USD");

    /// <summary>The name that TMF676 has for an account.</summary>
    public static Reference Tmf(MerchantId merchant, int number) => new(merchant, "tmf676", "account", $"A-{number.ToString($"D{Digits}")}");

    /// <summary>The name that Midnight has for a customer.</summary>
    public static Reference Midnight(MerchantId merchant, int number) => new(merchant, "midnight", "customer", number.ToString());

    /// <summary>The name that Sport Alliance has for a customer.</summary>
    public static Reference Member(MerchantId merchant, int number) =>
        new(merchant, SportAllianceNames.Dialect, SportAllianceNames.Customer, number.ToString());

    /// <summary>
    /// Opens accounts, each by a first payment, so that its ledger accounts are there too: in the benchmark as in a business
    /// most payments come from customers who have paid before.
    /// </summary>
    public async Task OpenAsync(MerchantId merchant, int count, Func<MerchantId, int, Reference> name, Part? part = null)
    {
        var origin = new Origin(merchant, Credential: 0, NewId());
        foreach (var numbers in Enumerable.Range(1, count).Chunk(AtOnce))
        {
            var outcomes = await Task.WhenAll(numbers.Select(
                number => engine.SubmitAsync(FirstPayment(origin, name(merchant, number), part), patient: true)));
            if (outcomes.FirstOrDefault(outcome => !outcome.Accepted) is { } refused)
                throw new BenchException($"An account was refused: {string.Join(", ", refused.Faults)}");
        }
    }

    private RecordPayment FirstPayment(Origin origin, Reference name, Part? part)
    {
        var id = new AccountId(origin.Merchant, NewId());
        return new RecordPayment(origin, AccountTarget.Named(name), new PaymentId(origin.Merchant, NewId()), name.Dialect)
        {
            Opening = new OpenAccount(origin, id, [name], Currency, null),
            Amount = new Money(1, Currency),
            ReceivedBy = ClearingProvider.Cash,
            Method = PaymentMethod.Cash,
            Parts = part is { } only ? [only] : [],
        };
    }

    private Guid NewId() => Guid.CreateVersion7(clock.GetUtcNow());
}
