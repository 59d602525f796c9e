using System.Security.Cryptography;
using System.Text;
using Quittance.Core.Debits;

namespace Quittance.Core.Settlements;

/// <summary>A statement as it was read from a file, before it is imported.</summary>
/// <param name="AccountKey">
/// The account's identity: its whole number, or the provider's name. The books keep only a keyed hash of it.
/// </param>
/// <param name="Account">The account for people: masked, or the provider's name.</param>
/// <param name="Reference">Its own number or name; null for none.</param>
/// <param name="Currency">The currency of all its lines.</param>
/// <param name="OpeningMinor">The balance before, minor units; null for none.</param>
/// <param name="ClosingMinor">The balance after, minor units; for a payout report the payout. Null for none.</param>
/// <param name="Lines">Its lines, in the order of the file.</param>
public sealed record ReadStatement(
    StatementSource Source, string AccountKey, string Account, string? Reference, Currency Currency, long? OpeningMinor, long? ClosingMinor,
    IReadOnlyList<ReadLine> Lines)
{
    /// <summary>The line of the file at which it begins, from 1.</summary>
    public int FileLine { get; init; } = 1;

    /// <summary>
    /// Whether it is a notification (camt.054), which has no balances. Its entries come again in a statement, often with fewer details.
    /// </summary>
    public bool IsNotification { get; init; }

    public StatementSpan Span => new(
        OpeningMinor, ClosingMinor, Lines.Count == 0 ? null : Lines.Min(line => line.BookedOn), Lines.Count == 0 ? null
            : Lines.Max(line => line.BookedOn));

    /// <summary>The file of a ZIP that has it; null where the file is none. It is no part of what the statement says.</summary>
    public string? Part { get; init; }

    /// <summary>The balances between its lines; null where it tells no balance before.</summary>
    public StatementBalances? Balances => OpeningMinor is { } openingMinor
        ? StatementBalances.Of(openingMinor, [.. Lines.Select(line => (line.BookedOn, line.AmountMinor))]) : null;

    /// <summary>A hash of all that it says of the account, by which it is known however often and in whatever file it comes.</summary>
    public byte[] ContentHash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append($"{Source}\n{Reference}\n{OpeningMinor}\n{ClosingMinor}");
        foreach (var line in Lines)
            Append(IdentityOf(line));
        return hash.GetHashAndReset();

        void Append(string text)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            hash.AppendData(BitConverter.GetBytes(bytes.Length));
            hash.AppendData(bytes);
        }
    }

    /// <summary>The identity of a line. The lines of a payout are its own: no other report has them.</summary>
    public string IdentityOf(ReadLine line) => Source == StatementSource.Payout ? $"{Reference}\n{line.Identity}" : line.Identity;
}

/// <summary>A line of a statement as it was read from a file.</summary>
/// <param name="FileLine">The line of the file at which it begins, from 1.</param>
/// <param name="BookedOn">The day on which it was booked.</param>
/// <param name="AmountMinor">The amount that the line adds to the account; below zero for money out, never zero.</param>
public sealed record ReadLine(int FileLine, SettlementLineKind Kind, DateOnly BookedOn, long AmountMinor)
{
    /// <summary>The day from which the bank counts the money; null where it names none.</summary>
    public DateOnly? ValueOn { get; init; }

    /// <summary>The provider's fee, minor units.</summary>
    public long FeeMinor { get; init; }

    /// <summary>The payer or the payee.</summary>
    public string? Counterparty { get; init; }

    /// <summary>The number of the other bank account, in the form for comparing. The books keep only a keyed hash of it.</summary>
    public string? CounterpartyAccount { get; init; }

    /// <summary>The transfer's text; for a report's line the provider's reference.</summary>
    public string? Remittance { get; init; }

    /// <summary>The payer's own reference.</summary>
    public string? EndToEnd { get; init; }

    /// <summary>The bank's own reference of the line; null where it gives none.</summary>
    public string? BankReference { get; init; }

    /// <summary>Whether the bank marks it as the reversal of a line before it.</summary>
    public bool IsReversal { get; init; }

    /// <summary>The whole entry of the bank as one line, of which this is a part by the bank's own words; null for no part.</summary>
    public ReadLine? Entry { get; init; }

    /// <summary>Whether it is a whole entry of one payment, and of no batch.</summary>
    public bool IsOnly { get; init; }

    /// <summary>Numbers in its texts that look like a card's, until they are looked up in the books; null for none.</summary>
    public HiddenNumbers? Hidden { get; init; }

    /// <summary>
    /// The same line before numbers in its texts were shown, before it was named for what our files have, and without what earlier
    /// versions did not read: it stays the same one while the books and the server change. Null where it is the same.
    /// </summary>
    public ReadLine? Masked { get; init; }

    /// <summary>The bank's words about our debits or transfers in the line; null for none. No part of its identity.</summary>
    public ReadDebit? Debit { get; init; }

    /// <summary>
    /// The line's identity within its account or payout. The bank's reference is not enough: some banks give many lines the same.
    /// </summary>
    public string Identity
    {
        get
        {
            var known = Masked ?? this;
            var reference = known.BankReference is { } given ? $"#{given}\n" : "";
            return $"{Kind} {BookedOn:O} {AmountMinor} {known.FeeMinor}\n{reference}{known.Counterparty}\n{known.Remittance}\n"
                + $"{known.EndToEnd}";
        }
    }
}

/// <summary>A bank's words about debits or transfers of ours in a line of a statement.</summary>
public sealed record ReadDebit
{
    /// <summary>The end-to-end id of the one debit or transfer, not masked; null for none, and where the line has several.</summary>
    public string? EndToEndId { get; init; }

    /// <summary>The group of our file (PmtInfId) to which it belongs, or which the line books as one lump; null for none.</summary>
    public string? GroupId { get; init; }

    /// <summary>The message id of our file, where the line names it and no group; null for none.</summary>
    public string? MessageId { get; init; }

    /// <summary>The reference of the mandate; null for none.</summary>
    public string? MandateReference { get; init; }

    /// <summary>Whether the line takes back or gives back what was booked before.</summary>
    public bool IsReturn { get; init; }

    /// <summary>The ISO code of the reason of a return, or the bank's own; null for none.</summary>
    public string? ReturnReason { get; init; }

    /// <summary>
    /// The banks' charges inside the line's amount, minor units: the line's amount and they add up to the debits or transfers.
    /// </summary>
    public long ChargesMinor { get; init; }

    /// <summary>
    /// The charges as earlier versions read them, minor units: without a sum of charges that the bank tells alone. A line is known by them.
    /// Null where they are the same.
    /// </summary>
    public long? KnownChargesMinor { get; init; }

    /// <summary>How many debits or transfers a lump has, as the bank says; null where it does not say.</summary>
    public long? Count { get; init; }
}

/// <summary>
/// Numbers that are masked in the texts of a line, and these texts. They live until the import has looked the numbers up.
/// </summary>
/// <param name="Numbers">The numbers, of digits alone.</param>
/// <param name="Marks">Words of ours behind the bank's text; null for none.</param>
/// <param name="Shown">Numbers of the texts that are shown.</param>
public sealed record HiddenNumbers(
    IReadOnlyList<string> Numbers, string? Remittance, string? EndToEnd, string? Marks, IReadOnlyList<string> Shown)
{
    /// <summary>The numbers that stand side by side and together are one of <see cref="Numbers"/>, by that one.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Pieces { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>All numbers that may be names of something in the books.</summary>
    public IEnumerable<string> Candidates => Numbers.Concat(Pieces.Values.SelectMany(pieces => pieces));

    /// <summary>Nothing: no log may have them.</summary>
    public override string ToString() => nameof(HiddenNumbers);
}

/// <summary>A report that was read, or the reasons why it is refused.</summary>
/// <param name="Report">Null for a refused file.</param>
/// <param name="Faults">The reasons with line and field; empty for a report that was read.</param>
/// <param name="Hash">The SHA-256 of the whole file.</param>
public sealed record ReadStatusReport(StatusReport? Report, IReadOnlyList<FileFault> Faults, ReadOnlyMemory<byte> Hash)
{
    /// <summary>Remarks that do not refuse the file.</summary>
    public IReadOnlyList<FileFault> Remarks { get; init; } = [];

    /// <summary>The reports behind the first one, where a file has several.</summary>
    public IReadOnlyList<StatusReport> Further { get; init; } = [];
}
