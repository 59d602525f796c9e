using Quittance.Core;
using Quittance.Core.Accounts;

namespace Quittance.Storage.Console;

/// <summary>A customer's statement in one currency. Balances are what is owed less what is kept as credit, minor units.</summary>
/// <param name="Customer">The customer.</param>
/// <param name="Currency">The currency.</param>
/// <param name="Currencies">The currencies in which there is anything to state.</param>
/// <param name="OpeningMinor">The balance when the time begins.</param>
/// <param name="ClosingMinor">The balance when the time ends.</param>
/// <param name="Lines">What was booked in the time, oldest first; a part of it.</param>
/// <param name="Count">How many lines the whole has.</param>
/// <param name="IsProven">Whether all that was ever booked for the customer adds up to the totals of the ledger.</param>
public sealed record Statement(
    NamedAccount Customer, Currency Currency, IReadOnlyList<Currency> Currencies, long OpeningMinor, long ClosingMinor, IReadOnlyList<StatementLine> Lines, long Count,
    bool IsProven);
