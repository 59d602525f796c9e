using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Bookings;
using Quittance.Core.Disputes;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;
using Quittance.Core.Sessions;
using Quittance.Core.Settlements;

namespace Quittance.Core.Engine;

/// <summary>Everything that one accepted command changes. Written to the store whole, or not at all.</summary>
public sealed record Changes
{
    /// <summary>Accounts opened.</summary>
    public IReadOnlyList<Account> Accounts { get; init; } = [];

    /// <summary>Orders opened.</summary>
    public IReadOnlyList<Order> Orders { get; init; } = [];

    /// <summary>Charges raised.</summary>
    public IReadOnlyList<Charge> Charges { get; init; } = [];

    /// <summary>Instruments registered.</summary>
    public IReadOnlyList<Instrument> Instruments { get; init; } = [];

    /// <summary>Sealed numbers of the instruments registered, for the vault.</summary>
    public IReadOnlyList<VaultEntry> VaultEntries { get; init; } = [];

    /// <summary>Earlier instruments as they are now.</summary>
    public IReadOnlyList<Instrument> InstrumentsChanged { get; init; } = [];

    /// <summary>Sessions opened.</summary>
    public IReadOnlyList<Session> Sessions { get; init; } = [];

    /// <summary>Earlier sessions as they are now.</summary>
    public IReadOnlyList<Session> SessionsChanged { get; init; } = [];

    /// <summary>Departures of which seats were taken or given back, as they are now.</summary>
    public IReadOnlyList<Departure> Departures { get; init; } = [];

    /// <summary>Seats booked.</summary>
    public IReadOnlyList<Booking> Bookings { get; init; } = [];

    /// <summary>Earlier bookings as they are now.</summary>
    public IReadOnlyList<Booking> BookingsChanged { get; init; } = [];

    /// <summary>References given to what is new.</summary>
    public IReadOnlyList<ReferenceGiven> References { get; init; } = [];

    /// <summary>Payments recorded.</summary>
    public IReadOnlyList<Payment> Payments { get; init; } = [];

    /// <summary>Charges settled, wholly or in part; below zero where what had been settled is open again.</summary>
    public IReadOnlyList<Allocation> Settled { get; init; } = [];

    /// <summary>Charges forgiven by credit notes, wholly or in part; below zero where a credit note is withdrawn.</summary>
    public IReadOnlyList<Allocation> Forgiven { get; init; } = [];

    /// <summary>Refunds asked for.</summary>
    public IReadOnlyList<Refund> Refunds { get; init; } = [];

    /// <summary>Earlier refunds as they are now.</summary>
    public IReadOnlyList<Refund> RefundsChanged { get; init; } = [];

    /// <summary>Earlier payments that changed.</summary>
    public IReadOnlyList<PaymentChanged> PaymentsChanged { get; init; } = [];

    /// <summary>Attempts opened.</summary>
    public IReadOnlyList<Attempt> Attempts { get; init; } = [];

    /// <summary>Earlier attempts as they are now.</summary>
    public IReadOnlyList<Attempt> AttemptsChanged { get; init; } = [];

    /// <summary>Charges claimed by a payment that is under way.</summary>
    public IReadOnlyList<Claim> Claims { get; init; } = [];

    /// <summary>Payments that are no longer under way: their claims are no longer live.</summary>
    public IReadOnlyList<PaymentId> ClaimsReleased { get; init; } = [];

    /// <summary>Disputes, new or changed, as they are now.</summary>
    public IReadOnlyList<Dispute> Disputes { get; init; } = [];

    /// <summary>Deposits asked for or paid.</summary>
    public IReadOnlyList<DepositChanged> Deposits { get; init; } = [];

    /// <summary>Lines of statements as they are now.</summary>
    public IReadOnlyList<SettlementLine> SettlementLines { get; init; } = [];

    /// <summary>What happened, with the ledger's transfers. The last event is the one that the command's answer tells of.</summary>
    public IReadOnlyList<Event> Events { get; init; } = [];

    /// <summary>How many human numbers were taken from the slot.</summary>
    public int NumbersTaken { get; init; }
}
