using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Payments;

namespace Quittance.Core.Disputes;

/// <summary>News about a dispute.</summary>
/// <param name="About">The authorisation of the payment.</param>
/// <param name="Reference">The provider's reference.</param>
public abstract record DisputeNews(Origin Origin, Attempt About, string Reference) : PaymentNews(Origin, About)
{
    protected DisputeId Id => DisputeId.Of(Origin.Merchant, About.Provider, Reference);

    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        wanted.Add(Dispute.Shelf, Id);
        wanted.Add(Dispute.OfPayment, About.Payment);
    }
}
