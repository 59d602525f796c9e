using Quittance.Core.Engine;
using Quittance.Core.Ledger;

namespace Quittance.Core.Debits;

/// <summary>
/// The terms under which a collection took a debit, as the customer must be notified of them. They belong to the event of the payment, and
/// never change.
/// </summary>
/// <param name="Id">The event.</param>
/// <param name="Debit">The capture. It says the amount.</param>
/// <param name="Mandate">The reference of the mandate.</param>
/// <param name="Creditor">The creditor identifier.</param>
public sealed record DebitTerms(
    EventId Id, AttemptId Debit, CollectionId Collection, InstrumentId Instrument, DateOnly DueOn, string Mandate, string Creditor)
    : IRow<EventId, DebitTerms>
{
    public static Shelf<EventId, DebitTerms> Shelf { get; } = new(terms => terms.Id);
}
