namespace Quittance.Storage.Console;

/// <summary>
/// A part of the transfers of some ledger accounts, newest first, with the sums that prove it: what is newer, these, and what is older are
/// the balance. Debits count above zero, minor units.
/// </summary>
/// <param name="Transfers">The transfers.</param>
/// <param name="BalanceMinor">The ledger accounts' debits less their credits, as their totals have it.</param>
/// <param name="PageMinor">What these transfers add up to.</param>
public sealed record TransferPage(IReadOnlyList<BookedTransfer> Transfers, long BalanceMinor, long PageMinor)
{
    /// <summary>How many newer ones there are.</summary>
    public long NewerCount { get; init; }

    /// <summary>What the newer ones add up to.</summary>
    public long NewerMinor { get; init; }

    /// <summary>
    /// What the older ones add up to: where all were added up, of them; else what is missing to the balance.
    /// </summary>
    public long OlderMinor { get; init; }

    /// <summary>How many older ones there are; null where they were not counted.</summary>
    public long? OlderCount { get; init; }

    /// <summary>Whether the newer ones could be added up; else there are too many, and what is older and what is newer is one sum.</summary>
    public bool IsNewerSummed { get; init; } = true;

    /// <summary>Whether all transfers were added up and are the totals; null where they were not.</summary>
    public bool? IsProven => OlderCount is null ? null : NewerMinor + PageMinor + OlderMinor == BalanceMinor;

    /// <summary>Where the next part begins; null where there is none.</summary>
    public TransferPlace? Next { get; init; }

    /// <summary>Whether the search stopped before it had looked at everything: there may be more behind <see cref="Next"/>.</summary>
    public bool IsCutShort { get; init; }
}
