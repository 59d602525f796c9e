using Quittance.Core;
using Quittance.Core.Settlements;
using Quittance.Settlements;
using Spectre.Console;

namespace Quittance.Host.Cli;

/// <summary>Tells people and programs of statements and their lines.</summary>
internal static class SettlementText
{
    private const int FaultsShown = 20;

    public static void Write(DeskOutcome outcome, string fileName)
    {
        if (outcome.Faults.Count > 0)
        {
            foreach (var fault in outcome.Faults.Take(FaultsShown))
                Terminal.Error.MarkupLineInterpolated($"[red]✗[/] {fault.ToString()}");
            Terminal.Error.MarkupLineInterpolated($"[red]✗[/] {fileName} is refused, and nothing of it was imported.");
            return;
        }

        foreach (var report in outcome.Reports)
        {
            var listed = report.Statement;
            var name = listed.Statement.Reference is { } reference ? $"{listed.Statement.Account}, {reference}" : listed.Statement.Account;
            Terminal.Out.MarkupLineInterpolated(
                $"{(listed.Open == 0 ? "✓" : "·")} [bold]{name}[/]: {(report.WasKnown ? "known already" : $"{report.NewLines} new lines")}; booked now {report.Booked}, {new Money(report.BookedMinor, listed.Statement.Currency)}.");
            Terminal.Out.MarkupLineInterpolated($"  Of its lines {listed.Booked} are booked, {listed.Open} open, {listed.Ignored} ignored, {listed.Elsewhere} on earlier statements.");
            if (listed.Open > 0)
                Terminal.Out.MarkupLineInterpolated($"  See what is open: quittance settlement list --open --merchant {listed.Statement.Id.Merchant.Value}");
        }

        foreach (var remark in outcome.Remarks)
            Terminal.Out.MarkupLineInterpolated($"[yellow]![/] {remark.ToString()}.");
        if (outcome.Remarks.Count > 0)
            Terminal.Out.MarkupLine("  The rest of the file is imported.");
        if (outcome.Skipped > 0)
            Terminal.Out.MarkupLineInterpolated($"  Passed over, as the bank has not booked them or they move nothing: {outcome.Skipped}.");
    }

    public static void Write(IReadOnlyList<ListedStatement> statements, bool isAll)
    {
        if (statements.Count == 0)
            Terminal.Out.MarkupLine("No statement was imported yet. Import one with: quittance settlement import");
        foreach (var listed in statements)
        {
            var statement = listed.Statement;
            Terminal.Out.MarkupLineInterpolated($"[bold]{statement.Account}[/] {statement.Reference} · {statement.Currency.Code} · {statement.FileName}, {statement.ImportedAt:yyyy-MM-dd}");
            Terminal.Out.MarkupLineInterpolated($"  lines {statement.Lines} · booked {listed.Booked} · open {listed.Open} · ignored {listed.Ignored}");
        }

        if (!isAll)
            Terminal.Out.MarkupLine("… and more: --json has them all.");
    }

    public static void Write(IReadOnlyList<SettlementLine> lines, bool isAll, IReadOnlyDictionary<SettlementLineId, LineProposal>? proposals = null)
    {
        if (lines.Count == 0)
            Terminal.Out.MarkupLine("[green]✓[/] No line is open.");
        foreach (var line in lines)
        {
            Terminal.Out.MarkupLineInterpolated($"[bold]{line.Id.Value}[/]  {line.BookedOn:yyyy-MM-dd}  {line.Amount}{(line.Status == SettlementStatus.Open ? "" : $" · {line.Status.ToString().ToLowerInvariant()}")}");
            Terminal.Out.MarkupLineInterpolated($"  {line.Counterparty ?? line.Account} · {line.Remittance ?? line.EndToEnd}");
            var proposal = proposals?.GetValueOrDefault(line.Id);
            Terminal.Out.MarkupLineInterpolated($"  [dim]{proposal?.Text ?? line.Note}[/]");
            if (proposal is not null)
                Terminal.Out.MarkupLineInterpolated($"  Accept it: quittance settlement match {line.Id.Value} --accept --merchant {line.Id.Merchant.Value}");
        }

        if (!isAll)
            Terminal.Out.MarkupLine("… and more: --json has them all.");
    }

    /// <summary>What became of a file, for programs.</summary>
    public static object DocumentOf(DeskOutcome outcome) => new
    {
        Statements = outcome.Reports.Select(report => DocumentOf(report.Statement, report)),
        outcome.Skipped,
        Faults = outcome.Faults.Select(fault => new { fault.Line, fault.Column, fault.Problem }),
        Remarks = outcome.Remarks.Select(remark => new { remark.Line, remark.Column, remark.Problem }),
    };

    /// <summary>A statement, for programs.</summary>
    /// <param name="listed">The statement.</param>
    /// <param name="report">What was done with it now; null where it is only listed.</param>
    public static object DocumentOf(ListedStatement listed, DeskReport? report = null) => new
    {
        Id = listed.Statement.Id.Value,
        listed.Statement.Source,
        listed.Statement.Account,
        listed.Statement.Reference,
        Currency = listed.Statement.Currency.Code,
        listed.Statement.Lines,
        listed.Booked,
        listed.Open,
        listed.Ignored,
        File = listed.Statement.FileName,
        listed.Statement.ImportedAt,
        Known = report?.WasKnown,
        report?.NewLines,
        BookedNow = report?.Booked,
    };

    /// <summary>A line, for programs.</summary>
    /// <param name="line">The line.</param>
    /// <param name="proposal">What it could be; null where nothing is proposed.</param>
    public static object DocumentOf(SettlementLine line, LineProposal? proposal = null) => new
    {
        Id = line.Id.Value,
        Statement = line.Statement.Value,
        line.BookedOn,
        line.Kind,
        line.Amount,
        line.Counterparty,
        line.Remittance,
        line.EndToEnd,
        line.Status,
        line.Note,
        Payment = line.Payment?.Value,
        Proposal = proposal is null ? null : new { proposal.Choice, proposal.Names, proposal.Text },
    };
}
