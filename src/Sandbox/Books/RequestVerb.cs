namespace Quittance.Sandbox.Books;

/// <summary>What is asked of the sandbox.</summary>
public enum RequestVerb
{
    /// <summary>Reserve money.</summary>
    Authorise,

    /// <summary>Take reserved money.</summary>
    Capture,

    /// <summary>Give a reservation back.</summary>
    Void,

    /// <summary>Give captured money back.</summary>
    Refund,
}
