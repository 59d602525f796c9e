namespace Quittance.Core.Accounts;

/// <summary>
/// An order groups charges, and may ask for a deposit. The deposit is a wish and no debt: paying it raises
/// credit that is earmarked for this order.
/// </summary>
/// <param name="Id">Its id.</param>
/// <param name="Account">Whose order it is.</param>
/// <param name="DepositAskedMinor">What was asked for in all, minor units of the account's currency.</param>
/// <param name="DepositPaidMinor">What of it was paid, minor units; never more than asked for, nor than is earmarked.</param>
/// <param name="EarmarkedMinor">
/// The money that is earmarked for it or was spent on its charges, minor units of the account's currency. Money that was given back is not
/// in it.
/// </param>
/// <param name="Events">How many events it has had.</param>
public sealed record Order(OrderId Id, AccountId Account, long DepositAskedMinor, long DepositPaidMinor, long EarmarkedMinor, int Events)
{
    /// <summary>What of the deposit is still missing, minor units.</summary>
    public long DepositDueMinor => DepositAskedMinor - DepositPaidMinor;
}

/// <summary>An order's deposit moved, or the money that is earmarked for the order.</summary>
/// <param name="Order">The order.</param>
/// <param name="AskedMinor">What is asked for in addition, minor units; counts as one event of the order when above zero.</param>
/// <param name="PaidMinor">What was paid in addition, minor units; below zero where its money is given back.</param>
/// <param name="EarmarkedMinor">What was earmarked in addition, minor units; below zero where it is given back.</param>
public readonly record struct DepositChanged(OrderId Order, long AskedMinor, long PaidMinor, long EarmarkedMinor);
