namespace Quittance.Core.Settlements;

/// <summary>A statement as it was read from a file, before it is imported.</summary>
/// <param name="AccountKey">What tells the account from others: its whole number, or the provider's name. Only a keyed hash of it is kept.</param>
/// <param name="Account">The account as it may be shown: masked, or the provider's name.</param>
/// <param name="Reference">Its own number or name; null where it has none.</param>
/// <param name="Currency">The currency of all its lines.</param>
/// <param name="OpeningMinor">The balance before, minor units; null where it tells none.</param>
/// <param name="ClosingMinor">The balance after, minor units; for a payout report what is paid out. Null where it tells none.</param>
/// <param name="Lines">Its lines, in the order of the file.</param>
public sealed record ReadStatement(
    StatementSource Source, string AccountKey, string Account, string? Reference, Currency Currency, long? OpeningMinor, long? ClosingMinor,
    IReadOnlyList<ReadLine> Lines)
{
    /// <summary>Where it begins in the file, from 1.</summary>
    public int FileLine { get; init; } = 1;

    /// <summary>What it covers.</summary>
    public StatementSpan Span => new(
        OpeningMinor, ClosingMinor, Lines.Count == 0 ? null : Lines.Min(line => line.BookedOn), Lines.Count == 0 ? null : Lines.Max(line => line.BookedOn));

    /// <summary>All that tells a line from others: those of a payout are its own, and no other report has them.</summary>
    public string IdentityOf(ReadLine line) => Source == StatementSource.Payout ? $"{Reference}\n{line.Identity}" : line.Identity;
}

/// <summary>A line of a statement as it was read from a file.</summary>
/// <param name="FileLine">Where it begins in the file, from 1.</param>
/// <param name="Kind">What it says that it is.</param>
/// <param name="BookedOn">The day on which it was booked.</param>
/// <param name="AmountMinor">What the account has more from it, below zero for less; not zero.</param>
public sealed record ReadLine(int FileLine, SettlementLineKind Kind, DateOnly BookedOn, long AmountMinor)
{
    /// <summary>What the provider kept of it, minor units.</summary>
    public long FeeMinor { get; init; }

    /// <summary>Who sent or got the money.</summary>
    public string? Counterparty { get; init; }

    /// <summary>The number of the bank account that sent or got the money, as it is compared. Only a keyed hash of it is kept.</summary>
    public string? CounterpartyAccount { get; init; }

    /// <summary>What was written to the transfer; for a report's line the provider's reference.</summary>
    public string? Remittance { get; init; }

    /// <summary>The payer's own reference.</summary>
    public string? EndToEnd { get; init; }

    /// <summary>The bank's own reference of the line; null where it gives none.</summary>
    public string? BankReference { get; init; }

    /// <summary>All that tells the line from others of its account, or of its payout. The bank's reference is not enough: some banks give many lines the same.</summary>
    public string Identity =>
        $"{Kind} {BookedOn:O} {AmountMinor} {FeeMinor}\n{(BankReference is null ? "" : $"#{BankReference}\n")}{Counterparty}\n{Remittance}\n{EndToEnd}";
}
