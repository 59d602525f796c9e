namespace Quittance.Dialects.Http;

/// <summary>Moments in queries, as clients write them.</summary>
internal static class QueryMoment
{
    private const int OffsetLength = 6;

    /// <summary>
    /// The text with the plus sign of its offset, which a query turns into a blank where the client did not escape it, and with a fraction
    /// of a second that is cut to what is read: Java and Go write nine digits.
    /// </summary>
    /// <param name="decimals">How many digits of the fraction are read.</param>
    public static string Repaired(string text, int decimals = 7)
    {
        if (text.Length > OffsetLength && text[^OffsetLength] == ' ' && text[^3] == ':')
            text = $"{text.AsSpan(0, text.Length - OffsetLength)}+{text.AsSpan(text.Length - OffsetLength + 1)}";
        var fraction = text.IndexOf('.', StringComparison.Ordinal) + 1;
        if (fraction == 0)
            return text;
        var end = fraction;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
            end++;
        return end - fraction > decimals ? text.Remove(fraction + decimals, end - fraction - decimals) : text;
    }
}
