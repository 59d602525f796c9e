namespace Quittance.Sandbox.Books;

/// <summary>What became of a request.</summary>
public enum RequestState
{
    /// <summary>Done.</summary>
    Approved,

    /// <summary>Refused.</summary>
    Declined,

    /// <summary>Decided later, by notice.</summary>
    Pending,
}
