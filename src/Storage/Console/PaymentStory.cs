using Quittance.Core.Attempts;
using Quittance.Core.Disputes;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;
using Quittance.Core.Settlements;
using Quittance.Storage.Tenancy;

namespace Quittance.Storage.Console;

/// <summary>A payment with all that happened around it.</summary>
/// <param name="View">The payment, who paid, with what, and the charges it settles.</param>
/// <param name="Attempts">What its provider was asked for, in order.</param>
/// <param name="Refunds">What was given back by our decision, in order.</param>
/// <param name="Disputes">What was taken back against our will, in order.</param>
/// <param name="Events">What happened to it, its attempts and its refunds, in order.</param>
/// <param name="Transfers">What that moved in the ledger, in order.</param>
/// <param name="Deliveries">Who is told of it.</param>
/// <param name="Actions">What operators did to it.</param>
/// <param name="Claims">The charges that it is meant to settle once its money comes.</param>
public sealed record PaymentStory(
    PaymentView View, IReadOnlyList<Attempt> Attempts, IReadOnlyList<Refund> Refunds, IReadOnlyList<Dispute> Disputes,
    IReadOnlyList<ToldEvent> Events, IReadOnlyList<ToldTransfer> Transfers, IReadOnlyList<ToldDelivery> Deliveries,
    IReadOnlyList<KeptAction> Actions, IReadOnlyList<ClaimedCharge> Claims)
{
    /// <summary>The lines of statements that are booked for it, by their days.</summary>
    public IReadOnlyList<SettlementLine> Lines { get; init; } = [];

    /// <summary>The booking whose seat it has paid; null where it pays none.</summary>
    public Guid? PaidBooking { get; init; }
}
