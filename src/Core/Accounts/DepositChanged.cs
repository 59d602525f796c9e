namespace Quittance.Core.Accounts;

/// <summary>An order's deposit moved, or the money that is earmarked for the order.</summary>
/// <param name="Order">The order.</param>
/// <param name="AskedMinor">What is asked for in addition, minor units; counts as one event of the order when above zero.</param>
/// <param name="PaidMinor">What was paid in addition, minor units; below zero where its money is given back.</param>
/// <param name="EarmarkedMinor">What was earmarked in addition, minor units; below zero where it is given back.</param>
public readonly record struct DepositChanged(OrderId Order, long AskedMinor, long PaidMinor, long EarmarkedMinor);
