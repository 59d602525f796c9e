namespace Quittance.Core.Attempts;

/// <summary>Where an attempt stands.</summary>
public enum AttemptStatus
{
    /// <summary>Its intent is committed, and whoever holds its lease is asking the provider.</summary>
    Open,

    /// <summary>The provider was asked and gave no clear answer. It may have been done.</summary>
    Unknown,

    /// <summary>The provider has taken it on and will tell.</summary>
    Pending,

    /// <summary>The provider has done it.</summary>
    Approved,

    /// <summary>The provider has not done it, and will not.</summary>
    Declined,
}
