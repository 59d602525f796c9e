using System.CommandLine;
using Quittance.Bench.Books;
using Quittance.Bench.Servers;
using Quittance.Core;
using Quittance.Core.Payments;
using Quittance.Host;

namespace Quittance.Bench.Batches;

/// <summary>Many payments in one call, against a COPY of the same rows.</summary>
internal static class BatchBenchmark
{
    private const int Payments = 1000;

    private static readonly int[] InFlight = [1, LargeCalls.Compared];

    public static Command Command() => LargeCalls.Command(
        "batch", "Midnight calls of 1,000 payments, against a binary COPY of the same rows", RunAsync);

    private static async Task RunAsync(ParseResult options, CancellationToken cancel)
    {
        await using var database = await BenchDatabase.OpenAsync(options.GetValue(BenchOptions.Database), cancel);
        var accounts = options.GetValue(BenchOptions.Accounts);
        var (merchant, copied) = await FillAsync(database, accounts, cancel);
        await using var server = await QuittanceServer.StartAsync(database, cancel);
        var quittance = new EscrowRival(server, EscrowCalls.Render(server.Address, merchant, accounts, Payments), Payments);
        Screen.Progress.Report("Warming up: every customer pays once");
        await quittance.RunOnceAsync(cancel);
        var known = await KnownAccounts.ReadAsync(database.Source, copied, merchant.Id, cancel);
        var copy = new CopyRival(database.Source, Payments, new EscrowCopy(copied, known, Payments).WriteAsync);
        await new LargeCalls("batch", "payments", Payments).CompareAsync(
            database, quittance, copy, InFlight, () => CheckAsync(database, merchant, accounts + quittance.Asked, cancel), options, cancel);
    }

    private static async Task<(BenchMerchant Quittance, MerchantId Copied)> FillAsync(
        BenchDatabase database, int accounts, CancellationToken cancel)
    {
        Screen.Progress.Report($"Opening {accounts:N0} accounts for each rival");
        var quittance = await BenchMerchant.CreateAsync(database.Merchants, "Bench: Quittance", Api.Midnight, cancel);
        var copied = await database.Merchants.CreateAsync("Bench: COPY, not balanced", cancel);
        await using (var engine = database.StartEngine())
        {
            var filling = new BenchAccounts(engine, TimeProvider.System);
            foreach (var merchant in (MerchantId[])[quittance.Id, copied])
                await filling.OpenAsync(merchant, accounts, BenchAccounts.Midnight, Part.Escrow(null, 1));
        }

        await database.SettleAsync(cancel);
        return (quittance, copied);
    }

    /// <summary>An answer tells of each payment by itself, so success is seen in the books.</summary>
    private static async Task CheckAsync(BenchDatabase database, BenchMerchant merchant, long expected, CancellationToken cancel)
    {
        await database.VerifyAsync([merchant], cancel);
        await using var command = database.Source.CreateCommand($"SELECT count(*) FROM payment WHERE merchant_id = {merchant.Id.Value}");
        var stored = (long)(await command.ExecuteScalarAsync(cancel))!;
        if (stored != expected)
            throw new BenchException($"{expected:N0} payments were sent, and {stored:N0} are stored.");
    }
}
