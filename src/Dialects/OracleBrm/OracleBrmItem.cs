using Quittance.Core;
using Quittance.Core.Payments;
using Quittance.Dialects.Tmf676.Resources;

namespace Quittance.Dialects.OracleBrm;

/// <summary>A bill that a payment settles (Oracle BRM 3.5).</summary>
/// <param name="Item">What every payment shows of it.</param>
/// <param name="Allocation">What the payment settles of it.</param>
/// <param name="IsExtended">Whether it shows how the bill stands too.</param>
internal sealed record OracleBrmItem(TmfItem Item, Allocation Allocation, bool IsExtended) : ITmfValue
{
    /// <inheritdoc/>
    public void Write(TmfWriter writer)
    {
        Item.Write(writer);
        if (!IsExtended)
            return;
        writer.Moment("paymentAllocatedOn", Allocation.At);
        writer.Objects("appliedCustomerBillingRate", [new Rate(Item.Id!, Allocation)]);
    }

    /// <summary>What was billed: one item for each bill. Its write-offs and disputes are not kept apart.</summary>
    private sealed record Rate(string Id, Allocation Allocation) : ITmfValue
    {
        public void Write(TmfWriter writer)
        {
            var charge = Allocation.Charge;
            writer.Text("itemNo", charge.Document ?? Id);
            writer.Text("serviceTypeName", charge.Label);
            writer.Text("serviceId", null);
            writer.Object("remainingAmount", MoneyOf(charge.OpenMinor));
            writer.Object("receivedAmount", MoneyOf(charge.AllocatedMinor));
            writer.Object("adjustedAmount", MoneyOf(charge.CreditedMinor));
            writer.Object("writeOffAmount", null);
            writer.Object("disputedAmount", null);

            TmfMoney MoneyOf(long minor) => new(new Money(minor, charge.Amount.Currency));
        }
    }
}
