using Quittance.Core;
using Quittance.Core.Accounts;

namespace Quittance.Storage.Console;

/// <summary>What a customer owes, and the charges of which it is the sum.</summary>
/// <param name="Customer">The customer.</param>
/// <param name="Currency">The currency.</param>
/// <param name="Ledger">All ledger accounts of the customer.</param>
/// <param name="Charges">The charges that are open in the currency, due longest first.</param>
/// <param name="HasMore">Whether there are more of them.</param>
public sealed record OpenBalance(NamedAccount Customer, Currency Currency, IReadOnlyList<LedgerTotals> Ledger, IReadOnlyList<Charge> Charges, bool HasMore);
