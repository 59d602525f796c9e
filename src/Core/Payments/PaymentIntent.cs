using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Providers;

namespace Quittance.Core.Payments;

/// <summary>A payment through a provider that begins: it claims its charges and opens an attempt. No money moves yet.</summary>
internal sealed record PaymentIntent(
    Account Account, PaymentId Id, string Dialect, Money Amount, PaymentMethod Method, Instrument? Instrument, Origin Origin)
{
    public required string Provider { get; init; }

    public required bool CapturesAtOnce { get; init; }

    /// <summary>The plan of its charges; null while it has none.</summary>
    public AllocationPlan? Plan { get; init; }

    public Remainder Remainder { get; init; }

    public string? Details { get; init; }

    public string? ReturnTo { get; init; }

    /// <summary>Adds the payment to other changes; its event becomes the last one.</summary>
    public void AddTo(Changes changes, Stamp stamp)
    {
        var payment = new Payment(
            Id, changes.TakeNumber(stamp), Account.Id, Dialect, PaymentStatus.Pending, Amount, AllocatedMinor: 0, Method, Instrument?.Id,
            Details, Events: 1, stamp.At);
        changes.Put(payment);
        changes.View = new PaymentView(payment, Account, Instrument, []) { IsUnderWay = true };
        changes.Put(new Attempt(
            AttemptId.Of(Id, Verb.Authorise, nth: 1), Id, Account.Id, Account.Slot, Provider, Verb.Authorise, Amount, stamp.Now)
        {
            // Cash and transfers have no stored number, so the provider gets no instrument.
            Instrument = Instrument?.Vaulted is null ? null : Instrument.Id,
            ReturnTo = ReturnTo,
            Mandate = Instrument?.Vaulted?.Mandate?.Reference,
            CapturesAtOnce = CapturesAtOnce,
            Remainder = Remainder,
            DueAt = stamp.Now + stamp.Lease,
        });
        Plan?.PutClaims(changes, Id);
        changes.Put(new Event(Id.Value, 1, EventType.PaymentBegun, PaymentStatus.Pending, stamp.Time, Origin, []));
    }
}
