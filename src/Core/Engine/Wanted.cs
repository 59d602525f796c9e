using Quittance.Core.Accounts;
using Quittance.Core.Bookings;
using Quittance.Core.Disputes;
using Quittance.Core.Settlements;

namespace Quittance.Core.Engine;

/// <summary>The rows that the commands of a batch need, gathered so that they are read in one round trip.</summary>
public sealed class Wanted
{
    /// <summary>The slots to lock.</summary>
    public HashSet<SlotKey> Slots { get; } = [];

    /// <summary>References that named nothing when they were looked up, to be looked at again under the lock.</summary>
    public HashSet<Reference> Unknown { get; } = [];

    /// <summary>Accounts by id, each with its slot.</summary>
    public Dictionary<AccountId, int> Accounts { get; } = [];

    /// <summary>
    /// How much money may settle the oldest open charges of an account in its currency, minor units: as many charges are needed as that can
    /// settle.
    /// </summary>
    public Dictionary<(AccountId Account, Currency Currency), long> OpenChargesFor { get; } = [];

    /// <summary>Charges by id.</summary>
    public HashSet<ChargeId> Charges { get; } = [];

    /// <summary>Orders by id, each with all of its charges.</summary>
    public HashSet<OrderId> Orders { get; } = [];

    /// <summary>Instruments by id.</summary>
    public HashSet<InstrumentId> Instruments { get; } = [];

    /// <summary>Payments by id, each with the credits that are left of it.</summary>
    public HashSet<PaymentId> Payments { get; } = [];

    /// <summary>
    /// Payments by id with all that belongs to them: their credits, the charges they settle and those they claim, and their
    /// attempts.
    /// </summary>
    public HashSet<PaymentId> WholePayments { get; } = [];

    /// <summary>Payments whose refunds at providers are needed.</summary>
    public HashSet<PaymentId> RefundsOf { get; } = [];

    /// <summary>Payments of which is needed who holds their money.</summary>
    public HashSet<PaymentId> HoldersOf { get; } = [];

    /// <summary>Payments of which the booking is needed that they are to pay.</summary>
    public HashSet<PaymentId> BookingsOf { get; } = [];

    /// <summary>Charges whose live claims are needed.</summary>
    public HashSet<ChargeId> ClaimsOn { get; } = [];

    /// <summary>
    /// Accounts whose open charges are needed that a payment waiting for a bank transfer has claimed, each with that payment's capture.
    /// </summary>
    public HashSet<AccountId> TransfersOf { get; } = [];

    /// <summary>Sessions by id.</summary>
    public HashSet<SessionId> Sessions { get; } = [];

    /// <summary>Bookings by id.</summary>
    public HashSet<BookingId> Bookings { get; } = [];

    /// <summary>Departures by id.</summary>
    public HashSet<DepartureId> Departures { get; } = [];

    /// <summary>Accounts whose own instrument is needed.</summary>
    public HashSet<AccountId> CurrentInstrumentOf { get; } = [];

    /// <summary>Disputes by id.</summary>
    public HashSet<DisputeId> Disputes { get; } = [];

    /// <summary>Payments whose disputes are needed.</summary>
    public HashSet<PaymentId> DisputesOf { get; } = [];

    /// <summary>Lines of statements by id.</summary>
    public HashSet<SettlementLineId> SettlementLines { get; } = [];

    /// <summary>Payments whose booked lines of statements are needed.</summary>
    public HashSet<PaymentId> SettlementLinesOf { get; } = [];

    /// <summary>Payments and attempts of which is needed whether a line of a statement is booked for them.</summary>
    public HashSet<(MerchantId Merchant, Guid Id)> Settled { get; } = [];

    /// <summary>Kept answers.</summary>
    public HashSet<RequestKey> Keys { get; } = [];

    /// <summary>
    /// Wants the oldest open charges of an account, as many as this money can settle beside the other money of the batch.
    /// </summary>
    public void WantOpenCharges(AccountId account, Money money)
    {
        var known = OpenChargesFor.GetValueOrDefault((account, money.Currency));
        OpenChargesFor[(account, money.Currency)] = known > long.MaxValue - money.AmountMinor ? long.MaxValue : known + money.AmountMinor;
    }
}
