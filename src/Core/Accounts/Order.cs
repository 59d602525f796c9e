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
