using System.CommandLine;
using Quittance.Bench.Books;
using Quittance.Bench.Contests;
using Quittance.Bench.Load;
using Quittance.Bench.Payments;
using Quittance.Bench.Servers;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Corrections;
using Quittance.Core.Mails;
using Quittance.Host;
using Quittance.Storage.Mails;
using Spectre.Console;

using Command = System.CommandLine.Command;

namespace Quittance.Bench.Mails;

/// <summary>Payments of which each asks for a receipt by mail, against the same payments on a server without mail.</summary>
internal static class MailsBenchmark
{
    private const int Compared = 128;

    // Within the engine's queues, and enough for full batches.
    private const int AtOnce = 4096;

    private static readonly int[] Connections = [64, Compared, 512];
    private static readonly Option<int> Accounts = BenchOptions.AccountsOr(20_000);

    public static Command Command()
    {
        var command = new Command("mails", "Payments that each ask for a receipt by mail, against the same on a server without mail")
        {
            Accounts, BenchOptions.Rounds, BenchOptions.Seconds, BenchOptions.Load, BenchOptions.Json,
        };
        command.SetAction((options, cancel) => Running.RunAsync(() => RunAsync(options, cancel)));
        return command;
    }

    private static async Task RunAsync(ParseResult options, CancellationToken cancel)
    {
        var (accounts, load) = (options.GetValue(Accounts), HttpLoads.Choose(options.GetValue(BenchOptions.Load)));
        await using var sink = new MailSink();
        await using var silent = await BenchDatabase.OpenAsync(null, cancel);
        await using var mailing = await BenchDatabase.OpenAsync(null, cancel);
        var plain = await FillAsync(silent, accounts, hasMail: false, cancel);
        var mailed = await FillAsync(mailing, accounts, hasMail: true, cancel);
        await using var silentServer = await QuittanceServer.StartAsync(silent, cancel);
        await using var mailingServer = await QuittanceServer.StartAsync(
            mailing, cancel, "--smtp", sink.Address, "--mail-from", "bench@example.com");
        var off = new HttpRival("Without mail", silentServer, load, CashPayment.Of(plain, accounts));
        var on = new HttpRival("A receipt by mail for each", mailingServer, load, CashPayment.Of(mailed, accounts));
        Trial[] trials = [.. Connections.SelectMany<int, Trial>(connections => [new(off, connections), new(on, connections)])];
        var results = await new Contest([silent, mailing], trials, TimeSpan.FromSeconds(options.GetValue(BenchOptions.Seconds)))
            .RunAsync(options.GetValue(BenchOptions.Rounds), cancel);
        var asked = await AskedAsync(mailing, cancel);
        await silent.VerifyAsync([plain], cancel);
        await mailing.VerifyAsync([mailed], cancel);
        if (asked == 0 || sink.Taken == 0)
            throw new BenchException($"{asked:N0} mails were asked for, and {sink.Taken:N0} sent.");

        Screen.Out.MarkupLineInterpolated($"{await silent.DescribeAsync(cancel)}; load: {load.Name}");
        Screen.Out.Write(TrialTable.Of(results, "payments/s"));
        Screen.Out.MarkupLineInterpolated($"{asked:N0} mails were asked for; the sink took {sink.Taken:N0} meanwhile.");
        Dictionary<string, object> json = new() { ["asked"] = asked, ["sent"] = sink.Taken };
        foreach (var connections in Connections)
        {
            var (mine, without) = (results[new(on, connections)], results[new(off, connections)]);
            var suffix = connections == Compared ? "" : $"_{connections}";
            json[$"payments_per_s{suffix}"] = Math.Round(mine.PerSecond);
            json[$"ratio_to_silent{suffix}"] = Math.Round(mine.RatioTo(without), 3);
            Screen.Out.MarkupLineInterpolated(
                $"{connections,4} connections: with mail [bold]{mine.RatioTo(without):0.00}[/] × what a server without mail takes");
        }

        Screen.Out.WriteLine("The books are clean.");
        if (options.GetValue(BenchOptions.Json))
            Screen.WriteJson(json);
    }

    /// <summary>Both have customers with addresses; one merchant mails receipts.</summary>
    private static async Task<BenchMerchant> FillAsync(BenchDatabase database, int accounts, bool hasMail, CancellationToken cancel)
    {
        Screen.Progress.Report($"Opening {accounts:N0} accounts with addresses");
        var merchant = await BenchMerchant.CreateAsync(database.Merchants, "Bench: mails", Api.Tmf676, cancel);
        var origin = new Origin(merchant.Id, Credential: 0, Guid.CreateVersion7(TimeProvider.System.GetUtcNow()));
        await using (var engine = database.StartEngine())
        {
            await new BenchAccounts(engine, TimeProvider.System).OpenAsync(merchant.Id, accounts, BenchAccounts.Tmf);
            foreach (var some in Enumerable.Range(1, accounts).Chunk(AtOnce))
            {
                var outcomes = await Task.WhenAll(some.Select(number => engine.SubmitAsync(
                    new ChangeContact(
                        origin, AccountTarget.Named(BenchAccounts.Tmf(merchant.Id, number)),
                        new Contact($"customer{number}@example.com", null, null, "en")),
                    patient: true)));
                if (outcomes.FirstOrDefault(outcome => !outcome.Accepted) is { } refused)
                    throw new BenchException($"A contact was refused: {string.Join(", ", refused.Faults)}");
            }
        }

        if (hasMail)
        {
            var by = origin with { Action = new OperatorAction(null, OperatorAction.CommandLine, "mail.policy", "mail receipt", "bench") };
            await new MailPolicies(database.Source, TimeProvider.System).SwitchAsync(merchant.Id, MailKind.Receipt, isOn: true, by, cancel);
        }

        await database.SettleAsync(cancel);
        return merchant;
    }

    private static async Task<long> AskedAsync(BenchDatabase database, CancellationToken cancel)
    {
        await using var command = database.Source.CreateCommand("SELECT count(*) FROM mail");
        return (long)(await command.ExecuteScalarAsync(cancel))!;
    }
}
