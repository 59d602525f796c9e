using System.Text;
using Quittance.BackOffice.BankStatements;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Settlements;

namespace Quittance.BackOffice.BankCollections;

/// <summary>The changes by a bank's file, or the reason why there are none.</summary>
/// <param name="IsTaken">Whether it was read; what contradicts the books stands in the text all the same.</param>
/// <param name="Text">For people, in lines: what happened, and each fault with its line and field.</param>
public sealed record BankFileResult(bool IsTaken, string Text)
{
    /// <summary>Whether the books take no file now: it is to be read again later.</summary>
    public bool MustWait { get; init; }
}

/// <summary>
/// Takes a bank's file of any kind that the server reads: a status report, a statement or a notification, or a ZIP of them. After a restore
/// it also takes a file of ours that the bank had and the books have lost.
/// </summary>
public sealed class BankFileDesk(SettlementDesk statements, LostFileDesk lost)
{
    /// <summary>Takes a file that lies in the bank's folder: no one says that an import which was taken back is to come again.</summary>
    /// <param name="file">The file; it must support seeking.</param>
    /// <exception cref="StoreUnavailableException">The database can't be reached; read the file again.</exception>
    public async Task<BankFileResult> TakeAsync(Stream file, string name, Origin by, CancellationToken cancel) =>
        await LostFileReader.IsOneAsync(file, cancel) ? ResultOf(await lost.TakeAsync(file, by, cancel))
            : ResultOf(await statements.ImportAsync(
                file, name, new ReadingOptions { TakesUndone = false }, by, progress: null, cancel));

    private static BankFileResult ResultOf(LostFileOutcome outcome) => outcome.Collection is { } collection
        ? new BankFileResult(true, TextOf(
            [
                outcome.WasKnown ? $"Collection {collection.Number}: the file is known already, and nothing has changed."
                    : $"Collection {collection.Number}: the bank had {outcome.Found} debits or refunds of it, which go to it no more.",
            ],
            outcome.Remarks))
        : new BankFileResult(false, TextOf(["The file is refused, and nothing has changed."], outcome.Faults));

    private static BankFileResult ResultOf(DeskOutcome outcome) => outcome.Faults.Count > 0
        ? new BankFileResult(false, TextOf(
            [
                outcome.HasReported ? "The statements of the file are refused. Its status reports were read before, and stand."
                    : "The file is refused, and nothing has changed.",
            ],
            outcome.Faults))
        {
            MustWait = outcome.Refusal is Refusal.UnderWay or Refusal.Held,
        }
        : new BankFileResult(true, TextOf([.. outcome.Reports.Select(TextOf)], outcome.Remarks));

    private static string TextOf(DeskReport report)
    {
        var (listed, statement) = (report.Statement, report.Statement.Statement);
        return $"{statement.Account}, {statement.Reference}: "
            + (report.WasKnown ? "known already" : $"{report.NewLines} new lines")
            + $"; booked now {report.Booked}, {new Money(report.BookedMinor, statement.Currency)}; open {listed.Open}.";
    }

    private static string TextOf(IEnumerable<string> lines, IEnumerable<FileFault> faults)
    {
        var text = new StringBuilder();
        foreach (var line in lines.Concat(faults.Select(fault => $"{fault}")))
            text.Append(line).Append('\n');
        return $"{text}";
    }
}
