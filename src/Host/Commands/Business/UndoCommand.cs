using System.CommandLine;
using Quittance.BackOffice.BankStatements;
using Quittance.Core.Acts;
using Quittance.Core.Settlements;
using Quittance.Host.Cli;
using Quittance.Storage.Console;
using Command = System.CommandLine.Command;

namespace Quittance.Host.Commands.Business;

/// <summary><c>settlement undo</c>: takes the import of a statement back.</summary>
internal static class UndoCommand
{
    private static readonly Argument<Guid> Statement = new("statement") { Description = "The statement's id, as list shows it" };

    public static Command Undo() => CommandMaker.OfMerchant(
        "undo",
        "Take the import of a statement back, with what it booked; refused as a whole where something stands on it. Safe to repeat, and "
        + "the file can be imported again",
        UndoAsync, Statement, CorrectionCommands.Reason, CorrectionCommands.Dry);

    private static async Task UndoAsync(Run run)
    {
        var (books, merchant) = await run.ChangeMerchantAsync();
        var (act, id) = (UndoActs.Undo, new StatementId(merchant, run.Required(Statement)));
        var reason = run.Required(CorrectionCommands.Reason)!;
        var origin = run.By(merchant, act.Word, $"statement {id.Value:D}", Run.ReasonOf(reason));
        var picture = await (await SettlementCommands.DeskOfAsync(run, books)).Undoing.LookAsync(id, reason, origin, run.Cancel)
            ?? throw new CommandException($"Merchant {merchant.Value} has no such statement. See: quittance settlement list");
        var isDry = run.Get(CorrectionCommands.Dry);
        if (picture.IsRefused)
            throw CommandException.Unchanged($"{UndoPicture.TextOf(picture.Problems)}.");
        var changes = await new LedgerChanges(books).ReadAsync(merchant, picture.Transfers, run.Cancel);
        var said = isDry ? null
            : (await run.DoAsync(act, new Asked().With(UndoActs.Statement, $"{id.Value:D}"), reason)).Sentence;
        var document = new
        {
            Changed = !isDry && picture.Left > 0,
            Lines = picture.Left,
            picture.Booked,
            Said = said,
            Books = changes.Select(change => new { Account = CorrectionCommands.NameOf(change), change.Before, change.After }),
        };
        run.Print(document, () =>
        {
            if (said is null)
                Terminal.Line($"[green]✓[/] Nothing is changed. It would take back lines {picture.Left}, of them booked {picture.Booked}:");
            else
                Terminal.Line($"[green]✓[/] {said}");
            foreach (var change in changes)
                Terminal.Line($"  {CorrectionCommands.NameOf(change)}  {change.Before} → [bold]{change.After}[/]");
        });
    }
}
