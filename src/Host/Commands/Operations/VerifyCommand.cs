using System.CommandLine;
using System.Numerics;
using Quittance.Core;
using Quittance.Core.Ledger;
using Quittance.Host.Cli;
using Quittance.Storage.Sealing;
using Quittance.Storage.Tenancy;
using Quittance.Storage.Verification;
using Spectre.Console;

namespace Quittance.Host.Commands.Operations;

/// <summary><c>verify</c>: proves the books.</summary>
internal static class VerifyCommand
{
    public static Command Verify() => CommandMaker.OfBooks(
        "verify", "Recompute every balance from the transfers and check every rule of the books; also beside a running server",
        VerifyAsync, Against);

    private static readonly Option<string?> Against = Options.Text(
        "--against", "file", "Seals that were kept elsewhere, one on each line (seal show, the log): the books must contain them all");

    private static async Task VerifyAsync(Run run)
    {
        var books = await run.ReadAsync();
        if (MasterKeySource.Given(run) is { } key)
            MasterKeySource.Prove(run, books, key);
        var seals = Of(await new Merchants(books, run.Clock).ListAsync(run.Cancel), Seals(run));
        var reports = await Terminal.WithBarAsync("Verifying the books", bar => new Verifier(books).VerifyAsync(bar, run.Cancel, seals));
        var broken = reports.Sum(report => report.Differences.Count);
        run.ExitCode = broken == 0 ? 0 : 1;
        run.Print(DocumentOf(reports), () =>
        {
            foreach (var report in reports)
                Show(report, isCompared: run.Get(Against) is not null);
            Terminal.Line(broken == 0
                ? $"[green]✓ The books are clean.[/] Merchants verified: {reports.Count}; rules checked for each: {Verifier.RuleCount}."
                : (FormattableString)$"[red]✗ The books are not clean.[/] Rules broken: {broken}.");
        });
    }

    private static IReadOnlyList<KeptSeal> Seals(Run run)
    {
        if (run.Get(Against) is not { } path)
            return [];
        try
        {
            var seals = SealText.Read(File.ReadLines(path), out var fault);
            return fault is null ? seals : throw new CommandException($"{path} is no file of seals: {fault}.");
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"The seals can't be read: {unread.Message}");
        }
    }

    /// <summary>The seals, each with a merchant of these books. A seal that names none is of the only one.</summary>
    private static IReadOnlyList<KeptSeal> Of(IReadOnlyList<(MerchantId Id, string Name)> merchants, IReadOnlyList<KeptSeal> seals)
    {
        if (seals.FirstOrDefault(seal => seal.Merchant is { } id && merchants.All(merchant => merchant.Id != id)) is { } foreign)
            throw new CommandException($"The file has a seal of merchant {foreign.Merchant?.Value}, and the books have no such merchant.");
        if (merchants.Count != 1 && seals.FirstOrDefault(seal => seal.Merchant is null) is { } unnamed)
        {
            throw new CommandException(
                $"The file does not say the merchant of the seal {unnamed.Hash}: write the word merchant and its number before it.");
        }

        return [.. seals.Select(seal => seal with { Merchant = seal.Merchant ?? merchants[0].Id })];
    }

    private static object DocumentOf(IReadOnlyList<VerificationReport> reports) => new
    {
        IsClean = reports.All(report => report.IsClean),
        RulesChecked = Verifier.RuleCount,
        Merchants = reports.Select(report => new
        {
            Merchant = report.Merchant.Value,
            report.Name,
            report.IsClean,
            Counts = report.Counts.ToDictionary(count => count.What, count => count.Count),
            report.Seals,
            TrialBalance = report.TrialBalance.Select(line => new
            {
                Currency = line.Currency.Code,
                line.Kind,
                Debits = Plain(line.DebitsMinor, line.Currency),
                Credits = Plain(line.CreditsMinor, line.Currency),
            }),
            Differences = report.Differences.Select(difference => new { difference.Rule, difference.Count, difference.Examples }),
        }),
    };

    internal static string Plain(BigInteger minor, Currency currency) => Text(minor, currency).Replace(",", "", StringComparison.Ordinal);

    private static void Show(VerificationReport report, bool isCompared)
    {
        Terminal.Line($"[bold]{report.Name}[/] [dim]· merchant {report.Merchant.Value}[/]");
        Terminal.Line($"[dim]{string.Join(" · ", report.Counts.Select(count => $"{count.What} {count.Count:N0}"))}[/]");
        Terminal.Line($"[dim]blocks {report.Seals.Blocks:N0} · {ProvenOf(report.Seals)}{(isCompared ? ComparedOf(report.Seals) : "")}[/]");
        foreach (var currency in report.TrialBalance.GroupBy(line => line.Currency))
            Show(currency.Key, [.. currency]);
        foreach (var difference in report.Differences)
        {
            Terminal.Line($"[red]✗ {difference.Rule}[/]: {difference.Count:N0} rows break it");
            foreach (var example in difference.Examples)
                Terminal.Line($"    {example}");
            if (difference.Count > difference.Examples.Count)
                Terminal.Line($"    [dim]and {difference.Count - difference.Examples.Count:N0} more[/]");
        }

        Terminal.WriteLine();
    }

    private static string ProvenOf(SealCount seals) => seals.Proven is { } proven
        ? $"proven {proven:N0}"
        : "proofs not checked, as the master key is not at hand";

    private static string ComparedOf(SealCount seals) =>
        seals.Compared == 0 ? " · no seal in the file" : $" · seals compared {seals.Compared:N0}";

    private static void Show(Currency currency, IReadOnlyList<TrialBalanceLine> lines)
    {
        var table = new Table().Border(TableBorder.Simple)
            .AddColumn($"Trial balance {currency.Code}")
            .AddColumn(new TableColumn("Debit").RightAligned())
            .AddColumn(new TableColumn("Credit").RightAligned());
        foreach (var line in lines)
        {
            var balance = line.DebitsMinor - line.CreditsMinor;
            var asDebit = balance > 0 || (balance == 0 && Chart.IsDebitNormal(line.Kind));
            table.AddRow(
                NameOf(line.Kind), asDebit ? Text(balance, currency) : "", asDebit ? "" : Text(-balance, currency));
        }

        var debits = Sum(lines.Select(line => line.DebitsMinor - line.CreditsMinor));
        var credits = Sum(lines.Select(line => line.CreditsMinor - line.DebitsMinor));
        table.AddEmptyRow().AddRow("[bold]Total[/]", $"[bold]{Text(debits, currency)}[/]", $"[bold]{Text(credits, currency)}[/]");
        Terminal.Out.Write(table);
    }

    private static BigInteger Sum(IEnumerable<BigInteger> balances) =>
        balances.Where(balance => balance > 0).Aggregate(BigInteger.Zero, BigInteger.Add);

    /// <summary>Totals over all accounts may be larger than any single amount.</summary>
    internal static string Text(BigInteger minor, Currency currency)
    {
        var unit = BigInteger.Pow(10, currency.MinorUnits);
        var whole = BigInteger.DivRem(BigInteger.Abs(minor), unit, out var fraction);
        var decimals = currency.MinorUnits == 0 ? "" : "." + fraction.ToString().PadLeft(currency.MinorUnits, '0');
        return $"{(minor.Sign < 0 ? "-" : "")}{whole:N0}{decimals}";
    }

    private static string NameOf(LedgerKind kind) => kind switch
    {
        LedgerKind.Receivable => "Receivable",
        LedgerKind.Credit => "Customers' credit",
        LedgerKind.Clearing => "Clearing",
        LedgerKind.RefundsInTransit => "Refunds in transit",
        LedgerKind.Bank => "Bank",
        LedgerKind.Billed => "Billed",
        LedgerKind.Fees => "Fees",
        LedgerKind.WriteOff => "Write-off",
    };
}
