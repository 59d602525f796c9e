namespace Quittance.Core.Attempts;

/// <summary>Where a dispute stands.</summary>
public enum DisputeStatus
{
    /// <summary>The money went back; the last word is not spoken.</summary>
    Open,

    /// <summary>The money came back to us.</summary>
    Won,

    /// <summary>The money stays with the payer.</summary>
    Lost,
}
