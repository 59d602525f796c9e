using System.Buffers;

namespace Quittance.Console.Parts;

/// <summary>Text as a cell of a CSV file.</summary>
internal static class CsvCell
{
    private static readonly SearchValues<char> Special = SearchValues.Create(",;\"\r\n");

    // OWASP, "CSV Injection": a spreadsheet takes what begins so for a formula. The wide forms are what some of them make of it.
    private static readonly SearchValues<char> BeginsFormulas = SearchValues.Create("=+-@\t\r\n＝＋－＠");

    /// <summary>The cell: in quotes where it has to be (RFC 4180), and behind an apostrophe where a spreadsheet would run it.</summary>
    public static string Of(string? text)
    {
        var plain = text ?? "";
        if (BeginsFormulas.Contains(plain.AsSpan().TrimStart(' ') is [var first, ..] ? first : ' '))
            plain = "'" + plain;
        return plain.AsSpan().ContainsAny(Special) || plain.StartsWith(' ') || plain.EndsWith(' ') ? $"\"{plain.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : plain;
    }
}
