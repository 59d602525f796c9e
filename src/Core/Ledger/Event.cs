using Quittance.Core.Engine;
using Quittance.Core.Payments;

namespace Quittance.Core.Ledger;

/// <summary>
/// Something that happened to an account, a charge, a payment …: who brought it, when, and the transfers it made.
/// Events of one subject are numbered from 1 without gaps; an event and its transfers are committed together and
/// never change, so what an answer said then can be told again.
/// </summary>
/// <param name="Subject">The id of the account, charge, order, instrument or payment it happened to.</param>
/// <param name="Sequence">1 for the subject's first event, then counting up.</param>
/// <param name="Type">What happened.</param>
/// <param name="Status">The payment's status from this event on; null where the subject has none or it did not change.</param>
/// <param name="At">When, to the millisecond, UTC.</param>
/// <param name="Origin">Which merchant, credential and request brought it.</param>
/// <param name="Transfers">What moved in the ledger; may be empty.</param>
public sealed record Event(
    Guid Subject, int Sequence, EventType Type, PaymentStatus? Status, DateTimeOffset At, Origin Origin,
    IReadOnlyList<Transfer> Transfers);
