namespace Quittance.Core.Settlements;

/// <summary>What a line of a statement turned out to be: against what it is booked.</summary>
public enum SettlementUse
{
    /// <summary>Money of a customer's payment by bank transfer: it came, or went back.</summary>
    Transfer,

    /// <summary>A provider's payout that arrived at the bank.</summary>
    Payout,

    /// <summary>What the bank or a provider takes for its trouble.</summary>
    Fee,

    /// <summary>A payment, a refund or a chargeback in a provider's report: the provider holds it no longer.</summary>
    Reported,
}
