namespace Quittance.Core.Accounts;

/// <summary>
/// An order groups charges, and may ask for a deposit. The deposit is a wish and no debt: paying it raises
/// credit that is earmarked for this order.
/// </summary>
/// <param name="Account">Whose order it is.</param>
/// <param name="DepositAskedMinor">The deposits asked for in all, minor units of the account's currency.</param>
/// <param name="DepositPaidMinor">The paid part, minor units; never more than asked for, nor than is earmarked.</param>
/// <param name="EarmarkedMinor">
/// The money that is earmarked for it or settled its charges, minor units of the account's currency, without money that went back.
/// </param>
public sealed record Order(OrderId Id, AccountId Account, long DepositAskedMinor, long DepositPaidMinor, long EarmarkedMinor, int Events)
{
    /// <summary>The unpaid part of the deposit, minor units.</summary>
    public long DepositDueMinor => DepositAskedMinor - DepositPaidMinor;
}

/// <summary>An order's deposit moved, or the money that is earmarked for the order.</summary>
/// <param name="AskedMinor">How much more is asked for, minor units; counts as one event of the order when above zero.</param>
/// <param name="PaidMinor">How much more is paid, minor units; below zero where the money goes back.</param>
/// <param name="EarmarkedMinor">How much more is earmarked, minor units; below zero where the money goes back.</param>
public readonly record struct DepositChanged(OrderId Order, long AskedMinor, long PaidMinor, long EarmarkedMinor);
