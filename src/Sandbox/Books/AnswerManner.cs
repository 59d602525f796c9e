namespace Quittance.Sandbox.Books;

/// <summary>How an answer travels, or does not: for the wire to act out.</summary>
public enum AnswerManner
{
    /// <summary>At once and whole.</summary>
    Normal,

    /// <summary>Some seconds late.</summary>
    Late,

    /// <summary>Done, but the answer never comes.</summary>
    Missing,

    /// <summary>Done, but the answer is half a JSON.</summary>
    Broken,

    /// <summary>Not done: the connection breaks before the request is looked at.</summary>
    Lost,

    /// <summary>Not done: HTTP 503.</summary>
    Unavailable,
}
