namespace Quittance.Core.Settlements;

/// <summary>A statement as it was read from a file, before it is imported.</summary>
/// <param name="Source">The kind of file.</param>
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
