namespace Quittance.Dialects.Http;

/// <summary>The first thing found that makes a body unreadable. It repeats nothing of the body but names of members.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="Path">
/// The twice-said member of <see cref="JsonFaultKind.DuplicateMember"/>, as in <c>totalAmount.value</c>; the object or array
/// at fault for <see cref="JsonFaultKind.MalformedName"/> and <see cref="JsonFaultKind.TooDeep"/>, empty at the top; else empty.
/// </param>
/// <param name="Line">The line, from 1, of <see cref="JsonFaultKind.NotJson"/>; else 0.</param>
/// <param name="BytePosition">The byte within the line, from 1, of <see cref="JsonFaultKind.NotJson"/>; else 0.</param>
public sealed record JsonFault(JsonFaultKind Kind, string Path = "", long Line = 0, long BytePosition = 0)
{
    /// <summary>The fault in an English sentence for the client's developer.</summary>
    public string Message => Kind switch
    {
        JsonFaultKind.Empty => "The body is empty.",
        JsonFaultKind.NotUtf8 => "The body is not valid UTF-8.",
        JsonFaultKind.NotJson => $"The body is not valid JSON: line {Line}, byte {BytePosition}.",
        JsonFaultKind.TooDeep => $"The body is nested deeper than {JsonBody.MaxDepth} levels.",
        JsonFaultKind.DuplicateMember => $"The member '{Path}' is given more than once.",
        JsonFaultKind.MalformedName => "The name of a member is not valid text.",
    };
}
