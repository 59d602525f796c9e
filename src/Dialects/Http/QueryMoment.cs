namespace Quittance.Dialects.Http;

/// <summary>Moments in queries.</summary>
internal static class QueryMoment
{
    private const int OffsetLength = 6;

    /// <summary>The text with the plus sign of its offset, which a query turns into a blank where the client did not escape it.</summary>
    public static string Repaired(string text) => text.Length > OffsetLength && text[^OffsetLength] == ' ' && text[^3] == ':'
        ? $"{text.AsSpan(0, text.Length - OffsetLength)}+{text.AsSpan(text.Length - OffsetLength + 1)}" : text;
}
