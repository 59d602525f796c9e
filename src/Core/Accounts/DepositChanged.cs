namespace Quittance.Core.Accounts;

/// <summary>An order's deposit moved.</summary>
/// <param name="Order">The order.</param>
/// <param name="AskedMinor">What is asked for in addition, minor units; counts as one event of the order when above zero.</param>
/// <param name="PaidMinor">What was paid in addition, minor units.</param>
public readonly record struct DepositChanged(OrderId Order, long AskedMinor, long PaidMinor);
