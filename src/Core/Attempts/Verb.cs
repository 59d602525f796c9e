namespace Quittance.Core.Attempts;

/// <summary>What can be asked of a provider. Beside these it can be asked what became of a request (<see cref="IProvider.FindAsync"/>).</summary>
public enum Verb
{
    /// <summary>Reserve the money.</summary>
    Authorise,

    /// <summary>Take money that was reserved.</summary>
    Capture,

    /// <summary>Give a reservation back; also one that may never have arrived, which then never takes effect.</summary>
    Void,

    /// <summary>Give captured money back, wholly or in part.</summary>
    Refund,
}
