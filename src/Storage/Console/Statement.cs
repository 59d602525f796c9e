using Quittance.Core;
using Quittance.Core.Accounts;

namespace Quittance.Storage.Console;

/// <summary>
/// A customer's statement in one currency, or a part of it, as of one moment: what was carried into the part and its lines are the balance after
/// them. Balances are what is owed less what is kept as credit, minor units.
/// </summary>
/// <param name="Customer">The customer.</param>
/// <param name="Currency">The currency.</param>
/// <param name="Currencies">The currencies in which there is anything to state.</param>
/// <param name="OpeningMinor">The balance when the time begins.</param>
/// <param name="ClosingMinor">The balance when the time ends.</param>
/// <param name="Lines">What was booked in the time, oldest first; a part of it.</param>
public sealed record Statement(
    NamedAccount Customer, Currency Currency, IReadOnlyList<Currency> Currencies, long OpeningMinor, long ClosingMinor, IReadOnlyList<StatementLine> Lines)
{
    /// <summary>The balance before the first of these lines.</summary>
    public long CarriedMinor { get; init; }

    /// <summary>How many lines come before these.</summary>
    public long Earlier { get; init; }

    /// <summary>How many lines come after these.</summary>
    public long Later { get; init; }

    /// <summary>Whether all that was ever booked for the customer adds up to the totals of the ledger.</summary>
    public bool IsProven { get; init; }

    /// <summary>The last of these lines, behind which the next part begins; null where this part is the last one.</summary>
    public TransferPlace? Next => Later > 0 && Lines.Count > 0 ? Lines[^1].Transfer.Place : null;
}
