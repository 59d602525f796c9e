using System.CommandLine;
using System.Xml.Linq;
using Microsoft.Extensions.DependencyInjection;
using Quittance.BackOffice.Overdue;
using Quittance.Bench.Books;
using Quittance.Bench.Charges;
using Quittance.Bench.Servers;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Books;
using Quittance.Core.Executing;
using Quittance.Core.Instruments;
using Quittance.Dialects.OwnApi;
using Quittance.Host;
using Quittance.Providers;
using Quittance.Sandbox.Bank;
using Quittance.Storage.Overdue;
using Spectre.Console;

namespace Quittance.Bench.Collections;

/// <summary>A studio's month by direct debit, from its mandates to the last return, with the bank's own files.</summary>
internal static class CollectionsBenchmark
{
    private const string OwnIban = "DE89370400440532013000";

    private static readonly Currency Euro = Currency.Parse("EUR");

    private static readonly Option<int> Members = BenchOptions.AtLeastOne("--members", "How many members pay by direct debit", 50_000);

    private static readonly Option<bool> Dues = new("--dues")
    {
        Description = "Ask for all fees by one run of dues, and not by a call for each",
    };

    private static readonly Option<bool> Keep = new("--keep")
    {
        Description = "Keep the data folder, so that its month can be closed with quittance period close once it is over",
    };

    public static Command Command()
    {
        var command = new Command(
            "collections", "A studio of 50,000 members: mandates, one collection, the bank's files, 600 returns, tries")
        {
            Members, Dues, Keep, BenchOptions.Json,
        };
        command.SetAction((options, cancel) => Running.RunAsync(() => RunAsync(options, cancel)));
        return command;
    }

    private static async Task RunAsync(ParseResult options, CancellationToken cancel)
    {
        var members = options.GetValue(Members);
        await using var database = await BenchDatabase.OpenAsync(null, cancel);
        // From now on this process proves what it writes, as the server and the commands do.
        var vault = await database.OpenVaultAsync(cancel);
        var merchant = await BenchMerchant.CreateAsync(database.Merchants, "Bench: studio", Api.Own, cancel);
        Screen.Progress.Report($"Opening {members:N0} accounts");
        await ChargesBenchmark.OpenAsync(database, merchant.Id, members, Euro);
        await database.SettleAsync(cancel);
        await using var server = await QuittanceServer.StartAsync(database, cancel);
        using var studio = new BenchStudio(merchant, server, members);
        var typed = new TypedCommand(database, merchant.Id);
        var folder = Directory.CreateTempSubdirectory("quittance-bench-bank-");
        try
        {
            await AskAsync(typed, studio, database, merchant.Id, folder, options.GetValue(Dues), cancel);
            var bankCents = await CollectAsync(typed, "", folder, cancel);
            await typed.MeasureAsync("tries two weeks later", () => RetryAsync(database, vault, merchant.Id, cancel));
            bankCents += await CollectAsync(typed, " of the tries", folder, cancel);
            await AgreeAsync(database, merchant.Id, studio.UnpaidCents, bankCents, cancel);
            await database.VerifyAsync([merchant], cancel);
            await typed.RunAsync("trial balance", cancel, "balance", "trial");
            await typed.RunAsync("journal written", cancel, "export", "journal", "--output", Path.Combine(folder.FullName, "journal.csv"));
            if (options.GetValue(Keep))
                database.Keep();
            await ReportAsync(typed, database, server, members, options.GetValue(BenchOptions.Json), cancel);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The studio names its bank, brings its mandates, and asks every member for the fee.</summary>
    private static async Task AskAsync(
        TypedCommand typed, BenchStudio studio, BenchDatabase database, MerchantId merchant, DirectoryInfo folder, bool byDues,
        CancellationToken cancel)
    {
        await typed.RunAsync(
            null, cancel, "collect", "account", "--iban", OwnIban, "--name", "Bench studio", "--creditor", "DE98ZZZ09999999999",
            "--notice-days", "1");
        await typed.RunAsync(
            null, cancel, "provider", "route", "set", "bank", "--kind", "iban_account", "--currency", "EUR", "--reason", "bench");
        await typed.RunAsync(null, cancel, "retry", "policy", "set", "--after", "1", "--reason", "bench");
        var mandates = Path.Combine(folder.FullName, "mandates.csv");
        await studio.WriteMandatesAsync(mandates, cancel);
        await typed.RunAsync("mandates imported", cancel, "mandate", "import", mandates, "--api", "quittance");
        await typed.MeasureAsync("fees charged, in calls of 10,000", () => studio.ChargeAsync(cancel));
        if (byDues)
        {
            await typed.RunAsync("dues looked at", cancel, "collect", "due", "--until", BenchStudio.DueOn, "--dry");
            await typed.RunAsync("dues asked for by one run", cancel, "collect", "due", "--until", BenchStudio.DueOn);
            return;
        }

        var instruments = await InstrumentsAsync(database, merchant, cancel);
        await typed.MeasureAsync("payments asked for, 32 connections", () => studio.PayAsync(instruments, cancel));
    }

    /// <summary>Builds a collection of all that waits, brings it to the bank, and reads the bank's files.</summary>
    /// <returns>The amount by which the bank's account has grown at the end, in cents.</returns>
    private static async Task<long> CollectAsync(TypedCommand typed, string which, DirectoryInfo folder, CancellationToken cancel)
    {
        var built = await typed.RunAsync($"collection{which} built", cancel, "collect", "run");
        var number = $"{built["collection"]!["number"]}";
        await typed.RunAsync($"released{which}", cancel, "collect", "release", number);
        var file = Path.Combine(folder.FullName, $"debits-{number}.xml");
        await typed.RunAsync($"file{which} handed out", cancel, "collect", "file", number, "--to", file);
        await using var order = File.OpenRead(file);
        var cents = 0L;
        foreach (var (name, content) in SandboxBank.Answer(order))
        {
            var path = Path.Combine(folder.FullName, $"{number}-{name}");
            await File.WriteAllBytesAsync(path, content, cancel);
            string[] command = name.StartsWith("status", StringComparison.Ordinal) ? ["collect", "status"] : ["settlement", "import"];
            await typed.RunAsync($"{Path.GetFileNameWithoutExtension(name)} read{which}", cancel, [.. command, path]);
            if (name.StartsWith("statement", StringComparison.Ordinal))
                cents += MovedCents(content);
        }

        return cents;
    }

    /// <summary>By how much a statement's closing balance is above its opening one, in cents.</summary>
    private static long MovedCents(byte[] statement)
    {
        using var read = new MemoryStream(statement);
        var balances = XDocument.Load(read).Descendants().Where(one => one.Name.LocalName == "Bal").Select(balance =>
            (decimal)balance.Descendants().Single(one => one.Name.LocalName == "Amt") * 100
            * (balance.Descendants().Single(one => one.Name.LocalName == "CdtDbtInd").Value == "DBIT" ? -1 : 1)).ToList();
        return (long)(balances[1] - balances[0]);
    }

    /// <summary>The run of the day on which the policy tries again, as the server does it on that day.</summary>
    private static async Task RetryAsync(BenchDatabase database, IVault vault, MerchantId merchant, CancellationToken cancel)
    {
        var timeouts = new ProviderTimeouts();
        await using var engine = database.StartEngine();
        await using var parts = new ServiceCollection().AddLogging().AddCollecting(
            database.Source, engine, vault, TimeProvider.System, new ProviderOptions { Timeouts = timeouts },
            new AttemptSchedule()).AddSingleton<IHold>(new Hold(IsHeld: false)).BuildServiceProvider();
        var run = new RetryRun(
            new Retries(database.Source, new RetryPolicies(database.Source, TimeProvider.System)), parts.GetRequiredService<Collector>(),
            TimeProvider.System);
        var day = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(14);
        List<TriedPayment> looked = [];
        await foreach (var payment in run.OfAsync(
            merchant, day, _ => new Origin(merchant, Credential: 0, Guid.CreateVersion7(TimeProvider.System.GetUtcNow())), cancel))
        {
            looked.Add(payment);
        }

        if (!looked.Exists(payment => payment.Outcome is { Accepted: true }))
        {
            throw new BenchException("No payment was tried again: " + string.Join(", ", looked.CountBy(payment =>
                (payment.Verdict.Why, payment.Verdict.On,
                    payment.Outcome is { Accepted: false } no ? no.Faults[0].Refusal : (Refusal?)null))));
        }
    }

    /// <summary>Compares the books with the bank: its account, money between the two, and what members owe.</summary>
    /// <exception cref="BenchException">They differ by a cent.</exception>
    private static async Task AgreeAsync(
        BenchDatabase database, MerchantId merchant, long unpaidCents, long bankCents, CancellationToken cancel)
    {
        await using var command = database.Source.CreateCommand($"""
            SELECT coalesce(sum(debits_minor - credits_minor) FILTER (WHERE kind = 'bank'), 0)::bigint,
                   coalesce(sum(debits_minor - credits_minor) FILTER (WHERE kind = 'clearing' AND purpose = 'bank'), 0)::bigint,
                   coalesce(sum(debits_minor - credits_minor) FILTER (WHERE kind = 'clearing' AND purpose = 'payout:bank'), 0)::bigint,
                   (SELECT sum(amount_minor - allocated_minor - credited_minor)::bigint FROM charge WHERE merchant_id = {merchant.Value})
              FROM ledger_account WHERE merchant_id = {merchant.Value}
            """);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        foreach (var (name, books, bank) in new[]
        {
            ("on the bank's account", reader.GetInt64(0), bankCents), ("at the bank, and in no statement", reader.GetInt64(1), 0),
            ("between the bank's statements and the books", reader.GetInt64(2), 0),
            ("open of the members' fees", reader.GetInt64(3), unpaidCents),
        })
        {
            if (books != bank)
                throw new BenchException($"Cents {name}: {books:N0} in the books, {bank:N0} by the bank's files.");
        }
    }

    private static async Task<Dictionary<string, Guid>> InstrumentsAsync(
        BenchDatabase database, MerchantId merchant, CancellationToken cancel)
    {
        await using var command = database.Source.CreateCommand($"""
            SELECT r.value, i.id FROM instrument i JOIN reference r ON r.merchant_id = i.merchant_id AND r.account_id = i.account_id
             WHERE i.merchant_id = {merchant.Value} AND r.dialect = '{OwnApiNames.Dialect}' AND r.kind = '{OwnApiNames.Account}'
            """);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        Dictionary<string, Guid> found = [];
        while (await reader.ReadAsync(cancel))
            found.Add(reader.GetString(0), reader.GetGuid(1));
        return found;
    }

    private static async Task ReportAsync(
        TypedCommand typed, BenchDatabase database, ServerProcess server, int members, bool asJson, CancellationToken cancel)
    {
        Screen.Out.MarkupLineInterpolated($"{await database.DescribeAsync(cancel)}; {members:N0} members");
        var table = new Table().Border(TableBorder.Simple).AddColumn("step");
        foreach (var column in (string[])["s", "MB at most"])
            table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var step in typed.Steps)
            table.AddRow(step.Name, $"{step.Took.TotalSeconds:0.0}", step.MostBytes == 0 ? "" : $"{step.MostBytes >> 20}");
        Screen.Out.Write(table);
        var took = TimeSpan.FromTicks(typed.Steps.Sum(step => step.Took.Ticks));
        var mostBytes = typed.Steps.Max(step => step.MostBytes);
        var (inCommand, inServer) = (mostBytes >> 20, server.MostMemory >> 20);
        Screen.Out.MarkupLineInterpolated(
            $"[bold]{took.TotalMinutes:0.0} minutes[/] in all, [bold]{inCommand} MB[/] at most in a command, {inServer} in the server.");
        Screen.Out.WriteLine("The books and the bank agree to the cent, and the books are clean.");
        if (asJson)
        {
            Screen.WriteJson(new Dictionary<string, object>
            {
                ["members"] = members,
                ["minutes"] = Math.Round(took.TotalMinutes, 1),
                ["command_mb"] = mostBytes >> 20,
                ["server_mb"] = server.MostMemory >> 20,
            });
        }
    }
}
