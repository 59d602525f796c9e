using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Payments;
using Quittance.Core.Settlements;
using Quittance.Storage.Tenancy;

namespace Quittance.Storage.Console;

/// <summary>Where a transfer comes from: from the movement back to whoever sent the request.</summary>
/// <param name="Transfer">The transfer.</param>
/// <param name="Brought">Who brought its event.</param>
public sealed record Explanation(BookedTransfer Transfer, Brought Brought)
{
    /// <summary>All that the same event moved, this transfer included, in its order.</summary>
    public IReadOnlyList<BookedTransfer> Together { get; init; } = [];

    /// <summary>The payment that it happened to; null where it happened to something else.</summary>
    public Payment? Payment { get; init; }

    /// <summary>Who brought the payment in the first place; null where there is none.</summary>
    public Brought? Begun { get; init; }

    /// <summary>The lines of statements that are booked for the payment, by their days.</summary>
    public IReadOnlyList<SettlementLine> Lines { get; init; } = [];

    /// <summary>The charge that it is about; null where it is about none.</summary>
    public Charge? Charge { get; init; }

    /// <summary>What was asked of providers for the payment, oldest first.</summary>
    public IReadOnlyList<Attempt> Attempts { get; init; } = [];

    /// <summary>What providers told by themselves about that, oldest first.</summary>
    public IReadOnlyList<ToldNotice> Notices { get; init; } = [];

    /// <summary>What operators did by the requests.</summary>
    public IReadOnlyList<KeptAction> Actions { get; init; } = [];
}
