using Quittance.Core;
using Quittance.Core.Settlements;
using Quittance.Host.Cli;
using Spectre.Console;

namespace Quittance.Host.Commands.Business;

/// <summary>Statements and their lines, for people and for programs.</summary>
internal static class SettlementText
{
    private const int FaultsShown = 20;

    public static void Write(DeskOutcome outcome, string fileName)
    {
        if (outcome.Faults.Count > 0)
        {
            foreach (var fault in outcome.Faults.Take(FaultsShown))
                Terminal.Say($"[red]✗[/] {fault.ToString()}");
            Terminal.Say($"[red]✗[/] {fileName} is refused, and nothing of it was imported.");
            return;
        }

        foreach (var report in outcome.Reports)
        {
            var listed = report.Statement;
            var name = listed.Statement.Reference is { } reference ? $"{listed.Statement.Account}, {reference}" : listed.Statement.Account;
            var lines = report.WasKnown ? "known already" : $"{report.NewLines} new lines";
            var booked = new Money(report.BookedMinor, listed.Statement.Currency);
            Terminal.Line($"{(listed.Open == 0 ? "✓" : "·")} [bold]{name}[/]: {lines}; booked now {report.Booked}, {booked}.");
            Terminal.Line(
                $"  Of its lines {listed.Booked} are booked, {listed.Open} open, {listed.Ignored} ignored, ",
                $"{listed.Elsewhere} on earlier statements.{UndoneIn(listed)}");
            if (listed.Open > 0)
                Terminal.Line($"  See the open lines: quittance settlement list --open --merchant {listed.Statement.Id.Merchant.Value}");
        }

        foreach (var remark in outcome.Remarks)
            Terminal.Line($"[yellow]![/] {remark.ToString().TrimEnd('.')}.");
        if (outcome is { Remarks.Count: > 0, Reports.Count: > 0 })
            Terminal.Line($"  The rest of the file is imported.");
        if (outcome.Skipped > 0)
            Terminal.Line($"  Skipped lines, because the bank has not booked them or they move no money: {outcome.Skipped}.");
    }

    public static void Write(IReadOnlyList<ListedStatement> statements, bool isAll)
    {
        if (statements.Count == 0)
            Terminal.Line($"No statement was imported yet. Import one with: quittance settlement import");
        foreach (var listed in statements)
        {
            var statement = listed.Statement;
            Terminal.Line(
                $"[bold]{statement.Account}[/] {statement.Reference} · {statement.Currency.Code} · ",
                $"{statement.FileName}, {statement.ImportedAt:yyyy-MM-dd}");
            Terminal.Line($"  lines {statement.Lines} · booked {listed.Booked} · open {listed.Open} · ignored {listed.Ignored}");
            Terminal.Line($"  [dim]{statement.Id.Value}[/]{UndoneIn(listed)}");
        }

        if (!isAll)
            Terminal.Line($"… and more: --json has them all.");
    }

    private static string UndoneIn(ListedStatement listed) => listed.Statement.UndoneAt is not { } at ? ""
        : $" The import was undone on {at:yyyy-MM-dd}{(listed.Left > 0 ? $", but {listed.Left} lines are left: undo it again" : "")}.";

    public static void Write(
        IReadOnlyList<SettlementLine> lines, bool isAll, IReadOnlyDictionary<SettlementLineId, LineChoices>? choices = null)
    {
        if (lines.Count == 0)
            Terminal.Line($"[green]✓[/] No line is open.");
        foreach (var line in lines)
        {
            var status = line.Status == SettlementStatus.Open ? "" : $" · {Report.Word(line.Status)}";
            Terminal.Line($"[bold]{line.Id.Value}[/]  {line.BookedOn:yyyy-MM-dd}  {line.Amount}{status}");
            Terminal.Line($"  {line.Counterparty ?? line.Account} · {line.Remittance ?? line.EndToEnd}");
            var (proposal, candidates) = choices?.GetValueOrDefault(line.Id) ?? LineChoices.None;
            Terminal.Line($"  [dim]{proposal?.Text ?? line.NoteBeside(proposal)}[/]");
            if (proposal is not null)
                Terminal.Line($"  Accept it: quittance settlement match {line.Id.Value} --accept --merchant {line.Id.Merchant.Value}");
            foreach (var candidate in candidates)
                Terminal.Line($"  {(candidate == candidates[0] ? "It could be" : "or")} {WhatOf(candidate)}  [dim]{candidate.Why}[/]");
        }

        if (!isAll)
            Terminal.Line($"… and more: --json has them all.");
    }

    /// <summary>A candidate with the option of <c>match</c> that books it.</summary>
    private static string WhatOf(LineCandidate candidate)
    {
        var option = $"--{(candidate.Choice == SettlementChoice.Payout ? "provider" : EnumWords.Of(candidate.Choice))}";
        var names = string.Join(' ', candidate.Names.Select(name => $"{option} {name}"));
        var customer = candidate.Customer is var (_, name) ? name ?? "a customer without a name" : null;
        string[] what =
        [
            .. candidate.Charges.Select(
                charge => $"{charge.Name} {charge.Open}{(charge.DueOn is { } due ? $" due {due:yyyy-MM-dd}" : "")}"),
            .. candidate.Charges.Count == 0 && candidate.Amount is { } amount ? (string[])[$"{amount}"] : [],
        ];
        return string.Join(", ", ((string?[])[customer, what.Length == 0 ? null : string.Join(" + ", what)]).OfType<string>())
            + $" ({names})";
    }

    /// <summary>The result of an import, for programs.</summary>
    public static object DocumentOf(DeskOutcome outcome) => new
    {
        Statements = outcome.Reports.Select(report => DocumentOf(report.Statement, report)),
        outcome.Skipped,
        Faults = outcome.Faults.Select(fault => new { fault.Line, fault.Column, fault.Problem }),
        Remarks = outcome.Remarks.Select(remark => new { remark.Line, remark.Column, remark.Problem }),
    };

    /// <summary>A statement, for programs.</summary>
    /// <param name="report">The result of importing it; null where it is only listed.</param>
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
        listed.Undone,
        listed.Statement.UndoneAt,
        File = listed.Statement.FileName,
        listed.Statement.ImportedAt,
        Known = report?.WasKnown,
        report?.NewLines,
        BookedNow = report?.Booked,
    };

    /// <summary>A line, for programs.</summary>
    /// <param name="choices">What it may be; null where that was not asked.</param>
    public static object DocumentOf(SettlementLine line, LineChoices? choices = null) => new
    {
        Id = line.Id.Value,
        Statement = line.Statement.Value,
        line.BookedOn,
        line.ValueOn,
        line.Kind,
        line.Amount,
        line.Counterparty,
        line.Remittance,
        line.EndToEnd,
        line.Status,
        Note = choices is null ? line.Note : line.NoteBeside(choices.Proposal),
        Payment = line.Payment?.Value,
        Proposal = choices?.Proposal is { } proposal ? new { proposal.Choice, proposal.Names, proposal.Text } : null,
        Candidates = choices?.Candidates.Select(candidate => new
        {
            candidate.Choice,
            candidate.Names,
            candidate.Amount,
            Account = candidate.Customer?.Account.Value,
            Customer = candidate.Customer?.Name,
            candidate.Why,
            Charges = candidate.Charges.Select(charge => new
            {
                Id = charge.Id.Value,
                charge.Number,
                charge.Name,
                charge.Reference,
                charge.Amount,
                charge.Open,
                charge.DueOn,
            }),
        }),
    };
}
