using Quittance.Core.Billing;

namespace Quittance.Core.Overdue;

/// <summary>The provider's fee of a debit that the bank returned, which the customer is to pay.</summary>
/// <param name="Payment">The number of the payment.</param>
/// <param name="Nth">Which of the payment's returns it is, from 1.</param>
public sealed record ReturnFee(AccountTarget Account, long Payment, long Nth, Money Fee)
{
    /// <summary>The label of the charge.</summary>
    public const string Label = "return-fee";

    /// <summary>The kind of the charge's name. A return has one name, so its fee is charged once.</summary>
    public const string Kind = "return-fee";

    /// <summary>The command that charges it.</summary>
    public RaiseCharge CommandOn(DateOnly today, Origin origin, ChargeId id) => new(origin, Account, id, Fee, today)
    {
        Label = Label,
        Reference = new Reference(origin.Merchant, Reference.House, Kind, $"R{Payment}-{Nth}"),
        Description = $"Fee of the bank for payment {Payment}, which it returned",
    };
}
