using Quittance.BackOffice.Acts;
using Quittance.Core.Access;
using Quittance.Core.Acts;
using Quittance.Core.Settlements;

namespace Quittance.BackOffice.BankStatements;

/// <summary>Takes the import of a statement back.</summary>
public static class UndoActs
{
    public const string Statement = "id";

    public static DeclaredAct Undo { get; } = new(
        "settlement.undo", "Takes the import of a statement back",
        "What its lines have booked, and nothing else has, is taken back: payments that they brought have no money any more, and their "
        + "charges are open again. Nothing is taken back where something stands on it: a booking that is final, money of a payment that "
        + "was moved or refunded since, or a later statement that continues it or shares lines with it. Rows and audit log stay. The same "
        + "file can be imported again, and its lines are new ones then.",
        OperatorRole.Operator,
        [new(Statement, AskKind.Text, "Statement", "The id of the statement.") { IsInPath = true, IsNoCard = true }], UndoAsync)
    {
        Operation = new("undoStatement", "statements/{id}/undo", "Statements", Scopes.Settle),
        HasSteps = true,
    };

    private static async Task<ActResult> UndoAsync(ActRequest request)
    {
        var id = Guid.TryParse(request.Asked.Required(Statement), out var one) ? one : Guid.Empty;
        var statement = new StatementId(request.Merchant, id);
        var desk = request.Part<SettlementDesk>();
        return await desk.Undoing.UndoAsync(statement, request.Reason, request.By($"statement {id:D}"), request.Cancel) switch
        {
            null => ActResult.NoSuch(Statement, "statement", $"There is no statement {id:D}."),
            { Refusal: { } refusal } => ActResult.Refused(refusal),
            { IsRefused: true } refused => ActResult.Refused($"Nothing was taken back: {UndoPicture.TextOf(refused.Problems)}."),
            var outcome => ActResult.Done(SaidOf(outcome), isChanged: outcome.Taken > 0),
        };
    }

    private static string SaidOf(UndoOutcome outcome)
    {
        var said = outcome.Taken == 0 && outcome.Problems.Count == 0 ? "The import was taken back before, and nothing is left of it."
            : $"The import is taken back: lines {outcome.Taken}, of them booked {outcome.Booked}.";
        return outcome.Problems.Count == 0 ? said
            : $"{said} Lines that are left: {outcome.Problems.Count}. {UndoPicture.TextOf(outcome.Problems)}. Undo it again when that is "
                + "settled.";
    }
}
