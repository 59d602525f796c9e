namespace Quittance.Storage.Console;

/// <summary>A line of a customer's statement.</summary>
/// <param name="Transfer">What moved.</param>
/// <param name="OwesMinor">What the customer owes more for it, minor units; below zero for less. Zero where money of the customer's only changed its place.</param>
/// <param name="BalanceMinor">What the customer owes after it, less the customer's credit, minor units.</param>
public sealed record StatementLine(BookedTransfer Transfer, long OwesMinor, long BalanceMinor);
