using Quittance.Core.Accounts;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;

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

    /// <summary>References given to what is new.</summary>
    public IReadOnlyList<ReferenceGiven> References { get; init; } = [];

    /// <summary>Payments recorded.</summary>
    public IReadOnlyList<Payment> Payments { get; init; } = [];

    /// <summary>Charges settled, wholly or in part.</summary>
    public IReadOnlyList<Allocation> Settled { get; init; } = [];

    /// <summary>Earlier payments whose credit was allocated.</summary>
    public IReadOnlyList<PaymentAllocated> Allocated { get; init; } = [];

    /// <summary>Deposits asked for or paid.</summary>
    public IReadOnlyList<DepositChanged> Deposits { get; init; } = [];

    /// <summary>What happened, with the ledger's transfers. The last event is the one that the command's answer tells of.</summary>
    public IReadOnlyList<Event> Events { get; init; } = [];

    /// <summary>How many human numbers were taken from the slot.</summary>
    public int NumbersTaken { get; init; }
}
