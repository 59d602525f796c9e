using Quittance.Core.Access;
using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Payments;

namespace Quittance.Storage.Console;

/// <summary>Where a transfer comes from: from the movement back to whoever sent the request.</summary>
/// <param name="Transfer">The transfer.</param>
public sealed record Explanation(BookedTransfer Transfer)
{
    /// <summary>The payment that it happened to; null where it happened to something else.</summary>
    public Payment? Payment { get; init; }

    /// <summary>The charge that it is about; null where it is about none.</summary>
    public Charge? Charge { get; init; }

    /// <summary>What was asked of providers for the payment, oldest first.</summary>
    public IReadOnlyList<Attempt> Attempts { get; init; } = [];

    /// <summary>What a provider told by itself about the payment: what was allowed to be kept of it, as JSON, newest first.</summary>
    public IReadOnlyList<ToldNotice> Notices { get; init; } = [];

    /// <summary>Who let the request in; null where it was the merchant's own people, or Quittance by itself.</summary>
    public ToldCredential? Credential { get; init; }

    /// <summary>What operators did by the request.</summary>
    public IReadOnlyList<(DateTimeOffset At, OperatorAction Action)> Actions { get; init; } = [];

    /// <summary>All that the same event moved, this transfer included, in its order.</summary>
    public IReadOnlyList<BookedTransfer> Together { get; init; } = [];
}
