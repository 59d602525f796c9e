using System.CommandLine;
using System.Numerics;
using Quittance.Core;
using Quittance.Core.Ledger;
using Quittance.Host.Cli;
using Quittance.Storage.Sealing;
using Quittance.Storage.Verification;
using Spectre.Console;

namespace Quittance.Host.Commands;

/// <summary><c>verify</c>: proves the books.</summary>
internal static class VerifyCommand
{
    public static Command Verify() => Act.OfBooks(
        "verify", "Recompute every balance from the transfers and check every rule of the books; also beside a running server",
        VerifyAsync, Against);

    private static readonly Option<string?> Against = Options.Text(
        "--against", "file", "Seals that were kept elsewhere (seal show --json): the books must contain them all");

    private static async Task VerifyAsync(Run run)
    {
        var seals = await SealsAsync(run);
        var books = await run.ReadAsync();
        var reports = await Terminal.WithBarAsync("Verifying the books", bar => new Verifier(books).VerifyAsync(bar, run.Cancel, seals));
        if (seals.FirstOrDefault(seal => !reports.Any(report => report.Merchant == seal.Merchant)) is { } foreign)
            throw new CommandException($"The file has a seal of merchant {foreign.Merchant.Value}, and these books have no such merchant.");
        var broken = reports.Sum(report => report.Differences.Count);
        run.ExitCode = broken == 0 ? 0 : 1;
        run.Print(DocumentOf(reports), () =>
        {
            foreach (var report in reports)
                Show(report);
            Terminal.Line(broken == 0
                ? $"[green]✓ The books are clean.[/] Merchants verified: {reports.Count}; rules checked for each: {Verifier.RuleCount}."
                : (FormattableString)$"[red]✗ The books are not clean.[/] Rules broken: {broken}.");
        });
    }

    private static async Task<IReadOnlyList<Seal>> SealsAsync(Run run)
    {
        if (run.Get(Against) is not { } path)
            return [];
        string text;
        try
        {
            text = await File.ReadAllTextAsync(path, run.Cancel);
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"The seals can't be read: {unread.Message}");
        }

        var seals = SealText.Read(text, out var fault);
        return fault is null ? seals : throw new CommandException($"{path} is no file of seals: {fault}.");
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

    private static string Plain(BigInteger minor, Currency currency) => Text(minor, currency).Replace(",", "", StringComparison.Ordinal);

    private static void Show(VerificationReport report)
    {
        Terminal.Line($"[bold]{report.Name}[/] [dim]· merchant {report.Merchant.Value}[/]");
        Terminal.Line($"[dim]{string.Join(" · ", report.Counts.Select(count => $"{count.What} {count.Count:N0}"))}[/]");
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
    private static string Text(BigInteger minor, Currency currency)
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
