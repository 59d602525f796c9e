using Npgsql;
using Quittance.BackOffice.BankStatements.Reading;
using Quittance.BackOffice.BankStatements.Reading.Csv;
using Quittance.Core;
using Quittance.Core.Corrections;
using Quittance.Core.Engine;
using Quittance.Core.Settlements;
using Quittance.Storage.Reading;

namespace Quittance.BackOffice.Accounts;

/// <summary>The result of an import of contacts.</summary>
/// <param name="Changed">How many customers have another contact by it.</param>
/// <param name="Known">How many had it already.</param>
/// <param name="Faults">Why the file is refused; nothing of it is in the books then.</param>
/// <param name="Remarks">Remarks that do not refuse the file.</param>
public sealed record ContactsOutcome(int Changed, int Known, IReadOnlyList<FileFault> Faults, IReadOnlyList<FileFault> Remarks);

/// <summary>
/// Brings customers' contacts from a file of CSV into the books. The file is checked whole before its first contact is taken, and can be
/// imported again, also after an interruption.
/// </summary>
public sealed class ContactDesk(NpgsqlDataSource database, PaymentEngine engine)
{
    private const int AtOnce = 1000;

    private readonly Contacts _contacts = new(database);

    /// <summary>Imports a file, or nothing of a refused one. What a row leaves empty stays as it is.</summary>
    /// <param name="file">The file; it must support seeking.</param>
    /// <param name="progress">Gets the part that is done, from 0 to 1.</param>
    /// <exception cref="StoreUnavailableException">The database can't be reached; import the file again.</exception>
    public async Task<ContactsOutcome> ImportAsync(
        Stream file, Origin origin, IProgress<double>? progress, CancellationToken cancel)
    {
        var found = new Findings(new ReadingOptions());
        var rows = await ContactRows.ReadAsync(file, found, cancel);
        List<(ContactRow Row, AccountId Account)> meant = [];
        var lines = new Dictionary<AccountId, int>();
        foreach (var some in rows.Chunk(AtOnce))
        {
            if (!found.IsHopeless)
                await CheckAsync(some, origin.Merchant, found, meant, lines, cancel);
        }

        if (found.Faults.Count > 0)
            return new ContactsOutcome(0, 0, found.Faults, found.Remarks);
        var (changed, known, done) = (0, 0, 0);
        foreach (var some in meant.Chunk(AtOnce))
        {
            cancel.ThrowIfCancellationRequested();
            var outcomes = await Task.WhenAll(
                some.Select(one => engine.SubmitAsync(CommandOf(one.Row, one.Account, origin), patient: true)));
            foreach (var (one, outcome) in some.Zip(outcomes))
            {
                changed += outcome.Accepted ? 1 : 0;
                known += IsKnown(one.Row, outcome, found) ? 1 : 0;
            }

            done += some.Length;
            progress?.Report(done / (double)meant.Count);
        }

        return new ContactsOutcome(changed, known, found.Faults, found.Remarks);
    }

    private async Task CheckAsync(
        IReadOnlyList<ContactRow> rows, MerchantId merchant, Findings found, List<(ContactRow Row, AccountId Account)> meant,
        Dictionary<AccountId, int> lines, CancellationToken cancel)
    {
        var called = await _contacts.FindAsync(merchant, [.. rows.Select(row => row.Customer).Distinct(StringComparer.Ordinal)], cancel);
        foreach (var row in rows)
        {
            if (ProblemOf([.. called[row.Customer]], row, lines) is { } problem)
                found.Refuse(row.Line, CsvColumns.Customer.Name, problem);
            else
                meant.Add((row, called[row.Customer].Single().Account));
        }
    }

    private static string? ProblemOf(IReadOnlyList<CalledCustomer> customers, ContactRow row, Dictionary<AccountId, int> lines) =>
        customers switch
        {
            [] => $"there is no customer {row.Customer}",
            [{ IsMerged: true }] => $"{row.Customer} was merged into another customer: name that one",
            [var one] when !lines.TryAdd(one.Account, row.Line) => $"line {lines[one.Account]} has this customer too",
            [_] => null,
            _ => $"several customers are called so: say the number, one of {string.Join(", ", customers.Select(one => one.Number))}",
        };

    private static ChangeContact CommandOf(ContactRow row, AccountId account, Origin origin) => new(
        origin, AccountTarget.Named([Reference.ToAccountId(account.Merchant, account.Value)]), row.Contact)
    {
        KeepsUnsaid = true,
    };

    /// <summary>
    /// Whether the books had it so already. A row that they refuse for another reason after the check has changed meanwhile.
    /// </summary>
    private static bool IsKnown(ContactRow row, Outcome outcome, Findings found)
    {
        if (outcome.Accepted)
            return false;
        if (outcome.Faults is [{ Refusal: Refusal.Unavailable or Refusal.Overloaded or Refusal.Held }, ..])
            throw new StoreUnavailableException("The books take no changes now. Import the file again.");
        if (outcome.Faults[0].Refusal == Refusal.NothingToChange)
            return true;
        found.Refuse(
            row.Line, null, $"the books have changed while the file was imported ({outcome.Faults[0].Refusal}): import the file again");
        return false;
    }
}
