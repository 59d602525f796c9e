namespace Quittance.Sandbox.Books;

/// <summary>Why there is no answer in the books' own words.</summary>
public enum ReplyFault
{
    /// <summary>The id was used for something else.</summary>
    IdTaken,

    /// <summary>There is no such thing.</summary>
    NotFound,

    /// <summary>Its state does not allow it.</summary>
    NotPossible,
}
