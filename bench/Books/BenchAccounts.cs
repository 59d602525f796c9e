using Quittance.Core;
using Quittance.Core.Billing;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Dialects.SportAlliance;
using Quittance.Dialects.Tmf676.Resources;

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
    public static Reference Tmf(MerchantId merchant, int number) =>
        new(merchant, "tmf676", "account", $"A-{number.ToString($"D{Digits}")}");

    /// <summary>The number that Oracle BRM has for an account.</summary>
    public static Reference OracleBrm(MerchantId merchant, int number) =>
        new(merchant, TmfNames.OracleBrm, TmfNames.AccountNumber, $"A-{number.ToString($"D{Digits}")}");

    /// <summary>The name that Midnight has for a customer.</summary>
    public static Reference Midnight(MerchantId merchant, int number) => new(merchant, "midnight", "customer", number.ToString());

    /// <summary>The name that Sport Alliance has for a customer.</summary>
    public static Reference Member(MerchantId merchant, int number) =>
        new(merchant, SportAllianceNames.Dialect, SportAllianceNames.Customer, number.ToString());

    /// <summary>
    /// Opens accounts, each by a first payment, so that its ledger accounts are there too: in the benchmark as in a business
    /// most payments come from customers who have paid before.
    /// </summary>
    public Task OpenAsync(MerchantId merchant, int count, Func<MerchantId, int, Reference> name, Part? part = null)
    {
        var origin = new Origin(merchant, Credential: 0, NewId());
        return PayAsync(Enumerable.Range(1, count).Select(number => name(merchant, number)), account => Payment(origin, account, part) with
        {
            Opening = new OpenAccount(origin, new AccountId(merchant, NewId()), [account], Currency, null),
        });
    }

    /// <summary>Books payments into accounts that are open, each into any of them.</summary>
    public Task PayAsync(MerchantId merchant, int accounts, int count, Func<MerchantId, int, Reference> name)
    {
        var origin = new Origin(merchant, Credential: 0, NewId());
        return PayAsync(Enumerable.Range(0, count).Select(_ => name(merchant, Random.Shared.Next(1, accounts + 1))),
            account => Payment(origin, account, null));
    }

    private async Task PayAsync(IEnumerable<Reference> accounts, Func<Reference, RecordPayment> payment)
    {
        foreach (var some in accounts.Chunk(AtOnce))
        {
            var outcomes = await Task.WhenAll(some.Select(account => engine.SubmitAsync(payment(account), patient: true)));
            if (outcomes.FirstOrDefault(outcome => !outcome.Accepted) is { } refused)
                throw new BenchException($"A payment was refused: {string.Join(", ", refused.Faults)}");
        }
    }

    private RecordPayment Payment(Origin origin, Reference name, Part? part) =>
        new(origin, AccountTarget.Named(name), new PaymentId(origin.Merchant, NewId()), name.Dialect)
        {
            Amount = new Money(1, Currency),
            ReceivedBy = ClearingProvider.Cash,
            Method = PaymentMethod.Cash,
            Parts = part is { } only ? [only] : [],
        };

    private Guid NewId() => Guid.CreateVersion7(clock.GetUtcNow());
}
