namespace Quittance.Core.Settlements;

/// <summary>Where a line of a statement stands.</summary>
public enum SettlementStatus
{
    /// <summary>Nobody knows yet what it is.</summary>
    Open,

    /// <summary>It stands in the ledger.</summary>
    Booked,

    /// <summary>An operator decided that it does not belong into these books.</summary>
    Ignored,
}
