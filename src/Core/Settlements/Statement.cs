namespace Quittance.Core.Settlements;

/// <summary>A bank's statement or a provider's payout report, as it was imported.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Source">The kind of file.</param>
/// <param name="Account">The bank account, masked, or the provider's name.</param>
/// <param name="Reference">Its own number or name; null where it has none.</param>
/// <param name="Currency">The currency of all its lines.</param>
/// <param name="OpeningMinor">The balance before, minor units; null where it tells none.</param>
/// <param name="ClosingMinor">The balance after, minor units; for a payout report what is paid out. Null where it tells none.</param>
/// <param name="Lines">How many lines it has.</param>
/// <param name="FileName">The file's name.</param>
/// <param name="ImportedAt">When it was imported.</param>
public sealed record Statement(
    StatementId Id, StatementSource Source, string Account, string? Reference, Currency Currency, long? OpeningMinor, long? ClosingMinor,
    int Lines, string FileName, DateTimeOffset ImportedAt);
