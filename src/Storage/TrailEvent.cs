using Quittance.Core;
using Quittance.Core.Ledger;

namespace Quittance.Storage;

/// <summary>Something that happened to a payment, to one of its attempts at a provider or to one of its refunds, and who brought it.</summary>
/// <param name="Of">What it happened to: <c>payment</c>, <c>attempt</c> or <c>refund</c>.</param>
/// <param name="Subject">The id of that.</param>
/// <param name="Sequence">Its number among the events of the subject.</param>
/// <param name="Type">What happened.</param>
/// <param name="Status">The payment's status from then on; null where it did not change.</param>
/// <param name="At">When.</param>
/// <param name="Credential">The credential that brought it; 0 where it came from the server itself or from an operator.</param>
/// <param name="CredentialName">Whom the credential is for; null where there is none.</param>
/// <param name="Request">The request that brought it.</param>
public sealed record TrailEvent(
    string Of, Guid Subject, int Sequence, EventType Type, PaymentStatus? Status, DateTimeOffset At, long Credential, string? CredentialName, Guid Request);
