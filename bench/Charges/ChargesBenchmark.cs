using System.CommandLine;
using Quittance.Bench.Batches;
using Quittance.Bench.Books;
using Quittance.Bench.Servers;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Billing;
using Quittance.Dialects.OwnApi;
using Quittance.Host;
using Spectre.Console;

namespace Quittance.Bench.Charges;

/// <summary>Many charges in one call, against a COPY of the same rows.</summary>
internal static class ChargesBenchmark
{
    private const int Charges = 10_000;

    public static Command Command() => LargeCalls.Command(
        "charges", "Calls of 10,000 charges of our own API, against a binary COPY of the same rows", RunAsync);

    private static async Task RunAsync(ParseResult options, CancellationToken cancel)
    {
        await using var database = await BenchDatabase.OpenAsync(options.GetValue(BenchOptions.Database), cancel);
        var accounts = options.GetValue(BenchOptions.Accounts);
        Screen.Progress.Report($"Opening {accounts:N0} accounts for each rival");
        var merchant = await BenchMerchant.CreateAsync(database.Merchants, "Bench: Quittance", Api.Own, cancel);
        var copied = await database.Merchants.CreateAsync("Bench: COPY, not balanced", cancel);
        await OpenAsync(database, merchant.Id, accounts, BenchAccounts.Currency);
        var known = await OpenAsync(database, copied, accounts, BenchAccounts.Currency);
        await database.SettleAsync(cancel);

        await using var server = await QuittanceServer.StartAsync(database, cancel);
        var quittance = new ChargeRival(server, merchant, accounts, Charges);
        var copy = new CopyRival(database.Source, Charges, new ChargeCopy(copied, known, Charges).WriteAsync);
        await new LargeCalls("charges", "charges", Charges).CompareAsync(
            database, quittance, copy, [LargeCalls.Compared], () => database.VerifyAsync([merchant], cancel), options, cancel);
    }

    /// <summary>Opens accounts of no payment, A-000001 and so on.</summary>
    public static async Task<IReadOnlyList<Account>> OpenAsync(BenchDatabase database, MerchantId merchant, int accounts, Currency currency)
    {
        await using var engine = database.StartEngine();
        var now = TimeProvider.System.GetUtcNow();
        var origin = new Origin(merchant, Credential: 0, Guid.CreateVersion7(now));
        List<Account> opened = [];
        foreach (var some in Enumerable.Range(1, accounts).Chunk(4096))
        {
            var outcomes = await Task.WhenAll(some.Select(number => engine.SubmitAsync(
                new OpenAccount(
                    origin, new AccountId(merchant, Guid.CreateVersion7(now)),
                    [new Reference(merchant, OwnApiNames.Dialect, OwnApiNames.Account, $"A-{number:D6}")], currency, null),
                patient: true)));
            opened.AddRange(outcomes.Select(outcome => outcome.Changes!.Of<Account>().Single()));
        }

        return opened;
    }
}
