using Quittance.Core;

namespace Quittance.Storage.Exporting;

/// <summary>One transfer, as an accountant reads it.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Event">The event that made it: its subject and its number there.</param>
/// <param name="Line">Which transfer of the event, from 1.</param>
/// <param name="What">What happened, such as <c>payment.captured</c>.</param>
/// <param name="Debit">The name of the ledger account debited.</param>
/// <param name="Credit">The name of the ledger account credited.</param>
/// <param name="Amount">What moved.</param>
/// <param name="Payment">The number of the payment; null where there is none.</param>
/// <param name="Refund">The number of the refund that it belongs to.</param>
/// <param name="Charge">The number of the charge that it raises, settles or forgives.</param>
/// <param name="Customer">The number of the customer's account.</param>
/// <param name="Credential">Who sent the request, such as <c>7 (till)</c>; <c>0</c> is an operator or the server itself.</param>
/// <param name="Request">The request's id.</param>
public sealed record JournalEntry(
    DateTimeOffset At, (Guid Subject, int Sequence) Event, int Line, string What, string Debit, string Credit, Money Amount, long? Payment, long? Refund,
    long? Charge, long? Customer, string Credential, Guid Request);
