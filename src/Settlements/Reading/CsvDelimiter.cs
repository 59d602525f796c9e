namespace Quittance.Settlements.Reading;

/// <summary>What parts the columns of a CSV file: spreadsheets write semicolons where the comma stands before decimals.</summary>
public static class CsvDelimiter
{
    /// <summary>The delimiter, as the header line tells: it has names alone, which have neither.</summary>
    /// <param name="header">The first line of the file, or more of it.</param>
    public static char Of(ReadOnlySpan<char> header)
    {
        var end = header.IndexOfAny('\r', '\n');
        if (end >= 0)
            header = header[..end];
        return header.Count(';') >= header.Count(',') ? ';' : ',';
    }
}
