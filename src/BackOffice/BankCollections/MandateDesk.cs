using Npgsql;
using Quittance.BackOffice.BankStatements.Reading;
using Quittance.BackOffice.BankStatements.Reading.Csv;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Corrections;
using Quittance.Core.Debits;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Settlements;
using Quittance.Storage.Reading;
using Quittance.Storage.Tenancy;

namespace Quittance.BackOffice.BankCollections;

/// <summary>The result of an import of mandates.</summary>
/// <param name="Added">How many mandates the books have got.</param>
/// <param name="Known">How many they had already.</param>
/// <param name="Faults">Why the file is refused; nothing of it is in the books then.</param>
/// <param name="Remarks">Remarks that do not refuse the file.</param>
public sealed record MandateOutcome(int Added, int Known, IReadOnlyList<FileFault> Faults, IReadOnlyList<FileFault> Remarks);

/// <summary>What became of a mandate that was to be recorded.</summary>
public enum MandateRecording
{
    Added,

    /// <summary>The books have it already.</summary>
    Known,

    /// <summary>Its reference names another one.</summary>
    AnotherMandate,

    /// <summary>The customer's account takes none.</summary>
    NoCustomerForIt,

    /// <summary>The engine refuses it.</summary>
    Refused,
}

/// <summary>What became of a mandate that was to be recorded.</summary>
/// <param name="Why">Why it was not, a sentence without its full stop; empty where it was, or the engine refuses it.</param>
/// <param name="Refusal">The engine's refusal; null where it refused nothing.</param>
public sealed record RecordedMandate(MandateRecording Result, string Why, Refusal? Refusal = null)
{
    /// <summary>The reference of the mandate that the books have already; null for the one that was named.</summary>
    public string? Reference { get; init; }
}

/// <summary>
/// Brings mandates that customers gave elsewhere into the books: each becomes a customer's instrument, whose number the vault seals. The
/// file is checked whole before its first mandate is taken, and can be imported again, also after an interruption.
/// </summary>
public sealed class MandateDesk(NpgsqlDataSource database, PaymentEngine engine, IVault vault, TimeProvider clock)
{
    private const int AtOnce = 1000;

    private readonly Mandates _mandates = new(database);

    /// <summary>Imports a file, or nothing of a refused one.</summary>
    /// <param name="file">The file; it must support seeking.</param>
    /// <param name="progress">Gets the part that is done, from 0 to 1.</param>
    /// <param name="nameOf">The reference that a text of the file is; null where it can't be one.</param>
    /// <exception cref="StoreUnavailableException">The database can't be reached; import the file again.</exception>
    public async Task<MandateOutcome> ImportAsync(
        Stream file, Func<string, Reference?> nameOf, Origin origin, IProgress<double>? progress, CancellationToken cancel)
    {
        var found = new Findings(new ReadingOptions());
        var today = await database.DayAsync(origin.Merchant, clock.GetUtcNow(), cancel);
        var rows = await MandateReader.ReadAsync(file, found, today, cancel);
        List<(ReadMandate Row, Account Account, RegisterInstrument Command)> fresh = [];
        var known = 0;
        foreach (var some in rows.Chunk(AtOnce))
        {
            if (found.IsHopeless)
                break;
            known += await CheckAsync(some, nameOf, origin, found, fresh, cancel);
        }

        if (found.Faults.Count > 0)
            return new MandateOutcome(0, 0, found.Faults, found.Remarks);
        var done = 0;
        foreach (var some in fresh.Chunk(AtOnce))
        {
            cancel.ThrowIfCancellationRequested();
            var outcomes = await Task.WhenAll(some.Select(one => engine.SubmitAsync(one.Command, patient: true)));
            foreach (var (one, outcome) in some.Zip(outcomes))
                Note(one.Row, outcome, found);
            done += some.Length;
            progress?.Report(done / (double)fresh.Count);
        }

        return new MandateOutcome(fresh.Count - found.Faults.Count, known, found.Faults, found.Remarks);
    }

    /// <summary>Takes one mandate that a customer signed on paper.</summary>
    /// <param name="isNamed">Whether its reference is the paper's. Else the same paper is known by its account and its day.</param>
    /// <param name="key">The key under which it is done once; null for none.</param>
    public async Task<RecordedMandate> RecordAsync(
        Account account, IbanAccount number, Mandate mandate, bool isNamed, Origin origin, KeyUse? key, CancellationToken cancel)
    {
        if (ProblemOf(account) is { } problem)
            return new RecordedMandate(MandateRecording.NoCustomerForIt, problem);
        var row = new ReadMandate(0, "", number, mandate);
        var id = new InstrumentId(origin.Merchant, Guid.CreateVersion7(clock.GetUtcNow()));
        var secret = await vault.SealAsync(id, number, cancel);
        var own = isNamed ? [] : await _mandates.InForceAsync(account.Id, cancel);
        if (own.FirstOrDefault(one => IsSame(one.Instrument, one.Fingerprint, row, account, secret)).Instrument is
            { Vaulted.Mandate: { } same })
        {
            return new RecordedMandate(MandateRecording.Known, "") { Reference = same.Reference };
        }

        var others = await _mandates.OfReferencesAsync(origin.Merchant, [mandate.Reference], cancel);
        if (others.FirstOrDefault(other => IsSame(other.Instrument, other.Fingerprint, row, account, secret)) is { Instrument: { } known })
        {
            return known is { IsRemoved: false, Vaulted.Mandate.Status: MandateStatus.Active }
                ? new RecordedMandate(MandateRecording.Known, "")
                : new RecordedMandate(
                    MandateRecording.AnotherMandate, $"{mandate.Reference} has ended: a new paper has a new reference");
        }

        if (others.Count > 0)
            return new RecordedMandate(MandateRecording.AnotherMandate, $"{mandate.Reference} is another mandate in the books");
        var outcome = await engine.SubmitAsync(CommandOf(row, account, id, secret, origin) with { Key = key });
        return outcome.Accepted ? new RecordedMandate(outcome.Replayed ? MandateRecording.Known : MandateRecording.Added, "")
            : new RecordedMandate(MandateRecording.Refused, "", outcome.Faults[0].Refusal);
    }

    /// <summary>Checks rows against the books, and seals the numbers of those that are new. Returns how many the books have.</summary>
    private async Task<int> CheckAsync(
        IReadOnlyList<ReadMandate> rows, Func<string, Reference?> nameOf, Origin origin, Findings found,
        List<(ReadMandate Row, Account Account, RegisterInstrument Command)> fresh, CancellationToken cancel)
    {
        var named = rows.Select(row => (Row: row, Name: nameOf(row.Customer))).ToList();
        var customers = await _mandates.CustomersAsync(
            origin.Merchant, [.. named.Select(one => one.Name).OfType<Reference>().Distinct()], cancel);
        var taken = (await _mandates.OfReferencesAsync(
            origin.Merchant, [.. rows.Select(row => row.Mandate.Reference)], cancel))
            .ToLookup(one => one.Reference);
        var known = 0;
        foreach (var (row, name) in named)
        {
            if (name is not { } its || !customers.TryGetValue(its, out var account))
            {
                found.Refuse(row.Line, CsvColumns.Customer.Name, $"there is no customer {row.Customer}");
                continue;
            }

            var id = new InstrumentId(origin.Merchant, Guid.CreateVersion7(clock.GetUtcNow()));
            var secret = await vault.SealAsync(id, row.Account, cancel);
            if (taken[row.Mandate.Reference].ToList() is { Count: > 0 } others)
            {
                if (others.Any(other => IsSame(other.Instrument, other.Fingerprint, row, account, secret)))
                    known++;
                else
                    found.Refuse(row.Line, CsvColumns.Mandate.Name, $"{row.Mandate.Reference} is another mandate in the books");
            }
            else if (ProblemOf(account) is { } problem)
            {
                found.Refuse(row.Line, CsvColumns.Customer.Name, problem);
            }
            else
            {
                fresh.Add((row, account, CommandOf(row, account, id, secret, origin)));
            }
        }

        return known;
    }

    private static string? ProblemOf(Account account) =>
        account.IsClosed ? "the customer's account is closed"
        : account.Currency != BankFlavour.Sepa.Currency
            ? $"the customer's account is in {account.Currency}, and SEPA debits are in {BankFlavour.Sepa.Currency}"
        : null;

    /// <summary>Whether a mandate of the books is that of a row. Of a number that the vault has deleted, its end is compared.</summary>
    private static bool IsSame(Instrument instrument, byte[]? fingerprint, ReadMandate row, Account account, Sealed secret) =>
        instrument.Account == account.Id && instrument.Vaulted is { Shown: var shown, Mandate: { } mandate }
        && mandate.SignedOn == row.Mandate.SignedOn && mandate.IsForOneDebit == row.Mandate.IsForOneDebit
        && (fingerprint is null ? shown.LastFour == row.Account.Iban.LastFour : secret.Fingerprint.Span.SequenceEqual(fingerprint));

    private static RegisterInstrument CommandOf(ReadMandate row, Account account, InstrumentId id, Sealed secret, Origin origin) => new(
        origin, AccountTarget.Of(account.Id, account.Slot), id,
        new Reference(origin.Merchant, Reference.House, AmendMandate.Kind, row.Mandate.Reference), PaymentMethod.BankAccountDebit,
        row.Account.Masked)
    {
        Holding = new Holding(new Vaulted(ClearingProvider.Bank, row.Account.Shown, row.Mandate), secret),
        Standing = InstrumentStanding.Saved,
    };

    /// <summary>A row that the books refuse after the check has changed meanwhile.</summary>
    private static void Note(ReadMandate row, Outcome outcome, Findings found)
    {
        if (outcome.Faults is [{ Refusal: Refusal.Unavailable or Refusal.Overloaded or Refusal.Held }, ..])
            throw new StoreUnavailableException("The books take no changes now. Import the file again.");
        if (!outcome.Accepted)
        {
            found.Refuse(
                row.Line, null, $"the books have changed while the file was imported ({outcome.Faults[0].Refusal}): import the file again");
        }
    }
}
