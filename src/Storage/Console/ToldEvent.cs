using Quittance.Core;
using Quittance.Core.Ledger;

namespace Quittance.Storage.Console;

/// <summary>Something that happened, and who brought it.</summary>
/// <param name="Subject">What it happened to.</param>
/// <param name="Sequence">Its number among what happened to that.</param>
/// <param name="Type">What happened.</param>
/// <param name="Status">Where the payment stands from then on; null where that did not change.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Request">The trace id of the request.</param>
/// <param name="Credential">The credential that sent it, with its name; null for the merchant's own people and programs.</param>
/// <param name="Dialect">The API that it was sent to; null where none was.</param>
public sealed record ToldEvent(
    Guid Subject, int Sequence, EventType Type, PaymentStatus? Status, DateTimeOffset At, Guid Request, (long Id, string Name)? Credential, string? Dialect);
