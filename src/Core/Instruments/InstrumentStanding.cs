namespace Quittance.Core.Instruments;

/// <summary>What a customer's instrument may be used for.</summary>
public enum InstrumentStanding
{
    /// <summary>Kept for payments to come; offered to the customer.</summary>
    Saved,

    /// <summary>Entered for one payment; not offered again.</summary>
    Once,

    /// <summary>The account's own instrument, of which there is one at most; offered too.</summary>
    Current,

    /// <summary>Replaced by another; kept, as its payments name it.</summary>
    Inactive,
}
