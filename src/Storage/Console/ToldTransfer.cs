using Quittance.Core;
using Quittance.Core.Ledger;

namespace Quittance.Storage.Console;

/// <summary>One movement of money in the ledger.</summary>
/// <param name="Place">Its key.</param>
/// <param name="Debit">The ledger account debited.</param>
/// <param name="DebitKind">Its line of the chart.</param>
/// <param name="DebitPurpose">What it is kept for, or who has it; may be empty.</param>
/// <param name="Credit">The ledger account credited.</param>
/// <param name="CreditKind">Its line of the chart.</param>
/// <param name="CreditPurpose">What it is kept for, or who has it; may be empty.</param>
/// <param name="Amount">How much.</param>
/// <param name="Charge">What the charge is called that it settles or forgives; null for none.</param>
public sealed record ToldTransfer(
    TransferPlace Place, Guid Debit, LedgerKind DebitKind, string DebitPurpose, Guid Credit, LedgerKind CreditKind, string CreditPurpose,
    Money Amount, string? Charge);
