using Quittance.BackOffice.BankStatements.Reading;
using Quittance.BackOffice.BankStatements.Reading.Csv;
using Quittance.Core;
using Quittance.Core.Debits;
using Quittance.Core.Instruments;

namespace Quittance.BackOffice.BankCollections;

/// <summary>A row of a file of mandates.</summary>
/// <param name="Line">Its line in the file.</param>
/// <param name="Customer">The name of the customer's account.</param>
internal sealed record ReadMandate(int Line, string Customer, IbanAccount Account, Mandate Mandate);

/// <summary>
/// Reads mandates from CSV, one in a row: the customer, the IBAN, its holder, the mandate's reference and the day of its signature.
/// </summary>
/// <param name="today">The last day on which a mandate can have been signed.</param>
internal sealed class MandateReader(Findings found, DateOnly today)
{
    private const int MaxLength = 255;
    private const string NoHeader = "there is no header line with a column mandate; columns are parted by commas or semicolons, and called "
        + "as in docs/bank.md";

    /// <summary>What a holder of a bank account is.</summary>
    public static readonly string Holders = $"the holder of the account has 1 to {SepaText.NameLength} characters";

    private const string References = $"the reference of a mandate has {SepaText.IdentifierRule}";

    private readonly List<ReadMandate> _rows = [];
    private readonly Dictionary<string, int> _lines = new(StringComparer.Ordinal);

    /// <param name="file">The file; it must support seeking and is read twice.</param>
    /// <returns>The rows, where the findings have no fault.</returns>
    public static async Task<IReadOnlyList<ReadMandate>> ReadAsync(
        Stream file, Findings found, DateOnly today, CancellationToken cancel)
    {
        var reader = new MandateReader(found, today);
        await BoundedFile.ReadTableAsync(file, found, CsvColumns.Mandate, NoHeader, reader.Begin, cancel);
        if (found.Faults.Count == 0 && reader._rows.Count == 0)
            found.Refuse(0, null, "The file has no mandate in it.");
        return reader._rows;
    }

    private Func<CsvRow, bool>? Begin(IReadOnlyList<string> columns, int line)
    {
        foreach (var needed in (CsvColumns[])[CsvColumns.Customer, CsvColumns.Iban, CsvColumns.Holder, CsvColumns.SignedOn])
        {
            if (needed.In(columns) < 0)
                found.Refuse(line, needed.Name, "there is no such column");
        }

        return found.Faults.Count == 0 ? Take : null;
    }

    private bool Take(CsvRow row)
    {
        if (found.MayHave(_rows.Count, row.Line) && row.IsWhole() && CustomerOf(row) is { } customer && AccountOf(row) is { } account
            && MandateOf(row) is { } mandate)
        {
            _rows.Add(new ReadMandate(row.Line, customer, account, mandate));
        }

        return !found.IsHopeless;
    }

    private static string? CustomerOf(CsvRow row)
    {
        if (row[CsvColumns.Customer] is { Length: <= MaxLength } name && OneLine.IsName(name))
            return name;
        row.Refuse(CsvColumns.Customer, $"the name of a customer's account has 1 to {MaxLength} characters, {OneLine.Rule}");
        return null;
    }

    private IbanAccount? AccountOf(CsvRow row)
    {
        if (ProblemOf(row[CsvColumns.Iban], out var iban) is { } wrong)
            return Refused(row, CsvColumns.Iban, wrong);
        Bic? bic = null;
        if (row[CsvColumns.Bic] is { } code && !Bic.TryParse(code, out bic))
            return Refused(row, CsvColumns.Bic, "a BIC has 8 or 11 letters and digits");
        if (row[CsvColumns.Holder] is not { } holder || !IsHolder(holder))
            return Refused(row, CsvColumns.Holder, Holders);
        if (!iban!.IsInEea)
            found.Remark(row.Line, CsvColumns.Iban.Name, $"a debit of {iban} needs the debtor's address: collections leave it out");
        return new IbanAccount(iban, bic, holder);
    }

    /// <summary>Whether a text can be the holder of a bank account.</summary>
    public static bool IsHolder(string text) =>
        text.Length <= SepaText.NameLength && OneLine.IsName(text) && SepaText.Of(text, SepaText.NameLength).Length > 0;

    /// <summary>Why a text is no number of a bank account that SEPA debits reach; null where it is one.</summary>
    public static string? ProblemOf(string? text, out Iban? iban) =>
        !Iban.TryParse(text, out iban, out var fault) ? ProblemOf(fault)
        : iban.IsInSepa ? null : $"{iban} is outside SEPA: no debit reaches it";

    private static IbanAccount? Refused(CsvRow row, CsvColumns column, string problem)
    {
        row.Refuse(column, problem);
        return null;
    }

    private Mandate? MandateOf(CsvRow row)
    {
        if (ReferenceOf(row) is not { } reference || !CsvStatementReader.TryReadDay(row, CsvColumns.SignedOn, out var signedOn)
            || !TryLastUse(row, out var lastUsedOn) || !TryWords(row, out var source, out var isForOneDebit)
            || !TryFormer(row, out var formerReference, out var formerCreditor))
        {
            return null;
        }

        var mandate = new Mandate(reference, MandateScheme.Sepa, signedOn, MandateStatus.Active)
        {
            LastUsedOn = lastUsedOn,
            Source = source,
            IsForOneDebit = isForOneDebit,
            FormerReference = formerReference == reference ? null : formerReference,
            FormerCreditor = formerCreditor,
        };
        if (ProblemOf(mandate, today) is not var (column, text))
            return mandate;
        row.Refuse(column, text);
        return null;
    }

    /// <summary>Why nothing can be debited by a mandate on a day, with the column that says it; null where it can.</summary>
    public static (CsvColumns Column, string Text)? ProblemOf(Mandate mandate, DateOnly today) => mandate switch
    {
        _ when mandate.SignedOn > today => (CsvColumns.SignedOn, $"{mandate.SignedOn:O} is a day in the future"),
        { LastUsedOn: { } last } when last > today => (CsvColumns.LastUsedOn, $"{last:O} is a day in the future"),
        { LastUsedOn: { } last } when last < mandate.SignedOn => (CsvColumns.LastUsedOn, $"{last:O} is before the day of its signature"),
        { IsUsedUp: true } => (CsvColumns.LastUsedOn, "it is for one debit, and was used"),
        _ when mandate.LastDay < today => (
            mandate.LastUsedOn is null ? CsvColumns.SignedOn : CsvColumns.LastUsedOn,
            $"it was not used for 36 months, and is void since {mandate.LastDay:O}"),
        _ => null,
    };

    private string? ReferenceOf(CsvRow row)
    {
        var reference = row[CsvColumns.Mandate];
        if (!Mandate.IsReference(MandateScheme.Sepa, reference))
        {
            row.Refuse(CsvColumns.Mandate, References);
            return null;
        }

        if (_lines.TryAdd(reference, row.Line))
            return reference;
        row.Refuse(CsvColumns.Mandate, $"line {_lines[reference]} has {reference} too");
        return null;
    }

    private static bool TryLastUse(CsvRow row, out DateOnly? day)
    {
        day = null;
        if (row[CsvColumns.LastUsedOn] is null)
            return true;
        if (!CsvStatementReader.TryReadDay(row, CsvColumns.LastUsedOn, out var read))
            return false;
        day = read;
        return true;
    }

    private static bool TryFormer(CsvRow row, out string? reference, out CreditorIdentifier? creditor)
    {
        (reference, creditor) = (row[CsvColumns.FormerMandate], null);
        if (reference is not null && !Mandate.IsReference(MandateScheme.Sepa, reference))
        {
            row.Refuse(CsvColumns.FormerMandate, References);
            return false;
        }

        if (row[CsvColumns.FormerCreditor] is not { } text || CreditorIdentifier.TryParse(text, out creditor))
            return true;
        row.Refuse(CsvColumns.FormerCreditor, "this is no creditor identifier: something is mistyped");
        return false;
    }

    private static bool TryWords(CsvRow row, out MandateSource source, out bool isForOneDebit)
    {
        (source, isForOneDebit) = (MandateSource.Import, false);
        switch (row[CsvColumns.Sequence])
        {
            case null or "recurring":
                break;
            case "one_off":
                isForOneDebit = true;
                break;
            default:
                row.Refuse(CsvColumns.Sequence, "a sequence is one of recurring and one_off");
                return false;
        }

        switch (row[CsvColumns.Source])
        {
            case null or "import":
                return true;
            case "paper":
                source = MandateSource.Paper;
                return true;
            default:
                row.Refuse(CsvColumns.Source, "a source is one of paper and import");
                return false;
        }
    }

    private static string ProblemOf(IbanFault fault) => fault switch
    {
        IbanFault.Characters => "this is no IBAN: it has characters that none has",
        IbanFault.Country => "this is no IBAN: no country has IBANs that begin so",
        IbanFault.Length => "this is no IBAN: it is shorter or longer than its country's",
        IbanFault.CheckDigits => "this is no IBAN: its check digits do not fit, something is mistyped",
        IbanFault.None => throw new ArgumentOutOfRangeException(nameof(fault)),
    };
}
