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
    IReadOnlyList<ReadLine> Lines);
