using Quittance.Core.Access;
using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Providers;

namespace Quittance.Core.Payments;

/// <summary>
/// The intent of a payment through a provider: the payment is taken on, what it is for is claimed, and its provider is to be asked.
/// Nothing moves yet.
/// </summary>
internal sealed record BegunPayment(
    Account Account, PaymentId Id, string Dialect, Money Amount, PaymentMethod Method, Instrument? Instrument, Origin Origin)
{
    public required string Provider { get; init; }

    public required bool CapturesAtOnce { get; init; }

    /// <summary>What it is for; null while that is open.</summary>
    public AllocationPlan? Plan { get; init; }

    public Remainder Remainder { get; init; }

    public string? Details { get; init; }

    public string? ReturnTo { get; init; }

    /// <summary>Adds the intent to what else is changed; its event becomes the last one.</summary>
    public Changes AddTo(Changes changes, Stamp stamp)
    {
        var numbersTaken = changes.NumbersTaken + 1;
        var payment = new Payment(
            Id, stamp.Number(numbersTaken), Account.Id, Dialect, PaymentStatus.Pending, Amount, AllocatedMinor: 0, Method, Instrument?.Id, Details,
            Events: 1, stamp.At);
        var attempt = new Attempt(AttemptId.Of(Id, sequence: 1), Id, Account.Id, Account.Slot, Provider, Verb.Authorise, Amount, stamp.Now)
        {
            // Money without a number behind it is asked for without an instrument.
            Instrument = Instrument?.Vaulted is null ? null : Instrument.Id,
            ReturnTo = ReturnTo,
            Mandate = Instrument?.Vaulted?.Mandate?.Reference,
            CapturesAtOnce = CapturesAtOnce,
            Remainder = Remainder,
            DueAt = stamp.Now + stamp.Lease,
        };
        return changes with
        {
            Payments = [payment],
            Attempts = [attempt],
            Claims = Plan?.ToClaims(Id) ?? [],
            Events = [.. changes.Events, new Event(Id.Value, 1, EventType.PaymentBegun, PaymentStatus.Pending, stamp.At, Origin, [])],
            NumbersTaken = numbersTaken,
        };
    }
}
