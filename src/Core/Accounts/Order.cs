using Quittance.Core.Engine;

namespace Quittance.Core.Accounts;

/// <summary>
/// An order groups charges, and may ask for a deposit. The deposit is a wish and no debt: paying it raises
/// credit that is earmarked for this order.
/// </summary>
/// <param name="DepositAskedMinor">The deposits asked for in all, minor units of the account's currency.</param>
/// <param name="DepositPaidMinor">The paid part, minor units; never more than asked for, nor than is earmarked.</param>
/// <param name="EarmarkedMinor">
/// The money that is earmarked for it or settled its charges, minor units of the account's currency, without money that went back.
/// </param>
public sealed record Order(OrderId Id, AccountId Account, long DepositAskedMinor, long DepositPaidMinor, long EarmarkedMinor, int Events)
    : IRow<OrderId, Order>
{
    public static Shelf<OrderId, Order> Shelf { get; } = new(order => order.Id);

    /// <summary>The orders that a payment's money is or was earmarked for.</summary>
    public static Lookup<PaymentId> EarmarkedFor { get; } = new();

    /// <summary>The unpaid part of the deposit, minor units.</summary>
    public long DepositDueMinor => DepositAskedMinor - DepositPaidMinor;
}
