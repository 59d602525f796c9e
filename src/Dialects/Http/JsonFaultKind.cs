namespace Quittance.Dialects.Http;

/// <summary>Why a body cannot be read at all.</summary>
public enum JsonFaultKind
{
    /// <summary>There is no body, or nothing but blanks in it.</summary>
    Empty,

    /// <summary>Its bytes are not UTF-8.</summary>
    NotUtf8,

    /// <summary>It is not one JSON value; comments and trailing commas are not JSON.</summary>
    NotJson,

    /// <summary>Objects and arrays are nested deeper than <see cref="JsonBody.MaxDepth"/>.</summary>
    TooDeep,

    /// <summary>An object says a member twice, so that two readers could understand it differently.</summary>
    DuplicateMember,

    /// <summary>The name of a member is not text: half of a surrogate pair.</summary>
    MalformedName,
}
