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
    /// <summary>Where it begins in the file, from 1.</summary>
    public int FileLine { get; init; } = 1;

    public StatementSpan Span => new(
        OpeningMinor, ClosingMinor, Lines.Count == 0 ? null : Lines.Min(line => line.BookedOn), Lines.Count == 0 ? null
            : Lines.Max(line => line.BookedOn));

    /// <summary>The identity of a line. The lines of a payout are its own: no other report has them.</summary>
    public string IdentityOf(ReadLine line) => Source == StatementSource.Payout ? $"{Reference}\n{line.Identity}" : line.Identity;
}

/// <summary>A line of a statement as it was read from a file.</summary>
/// <param name="FileLine">Where it begins in the file, from 1.</param>
/// <param name="BookedOn">The day on which it was booked.</param>
/// <param name="AmountMinor">What the line adds to the account; below zero for money out, never zero.</param>
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

    /// <summary>
    /// The line's identity within its account or payout. The bank's reference is not enough: some banks give many lines the same.
    /// </summary>
    public string Identity =>
        $"{Kind} {BookedOn:O} {AmountMinor} "
        + $"{FeeMinor}\n{(BankReference is null ? "" : $"#{BankReference}\n")}{Counterparty}\n{Remittance}\n{EndToEnd}";
}
