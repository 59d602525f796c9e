using System.Globalization;
using System.Text.Json;

namespace Quittance.Dialects.Midnight.Lists;

/// <summary>
/// What a column must fulfil, as the table that Midnight's pages are made with says it: a value and how it is matched. One without a value
/// asks nothing.
/// </summary>
/// <param name="Column">The column's name.</param>
/// <param name="Mode">How it is matched, in lower case; null as is usual for the kind of column.</param>
/// <param name="Values">The values: one, or several where any will do or they are the ends of a range.</param>
internal sealed record TableFilter(string Column, string? Mode, IReadOnlyList<string> Values)
{
    private const int MaxValues = 100;

    private static readonly HashSet<string> Modes =
    [
        "startswith", "contains", "notcontains", "endswith", "equals", "notequals", "in", "lt", "lte", "gt", "gte", "between",
        "is", "isnot", "before", "after", "dateis", "dateisnot", "datebefore", "dateafter",
    ];

    /// <summary>Reads a filter; null where it asks nothing.</summary>
    public static TableFilter? Of(string column, MidnightFields fields)
    {
        var mode = fields.Text("matchMode")?.ToLowerInvariant();
        if (mode is not null && !Modes.Contains(mode))
            fields.Add("matchMode", "Must be a match mode of the table.");
        if (fields.Find("value") is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > MaxValues)
        {
            fields.Add("value", $"Must not have more than {MaxValues} values.");
            return null;
        }

        string[] values = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(Said)] : [Said(value)];
        return values.All(string.IsNullOrEmpty) ? null : new TableFilter(column, mode, values);
    }

    /// <summary>Whether a value fulfils it. What is nothing does not, unless it is to be something else.</summary>
    public bool IsMet(object? value) => value switch
    {
        null => Mode is "notequals" or "notcontains" or "isnot" or "dateisnot",
        string text => IsMetBy(text),
        bool flag => IsMetBy(flag ? "true" : "false"),
        decimal number => IsMetBy(number, text => decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out var given) ? given : null),
        DateOnly day => IsMetBy(day, DayIn),
        _ => throw new ArgumentOutOfRangeException(nameof(value), value, "No column has such values."),
    };

    /// <summary>A day as Midnight writes it, or as JSON usually does; null where it is none.</summary>
    public static DateOnly? DayIn(string text) =>
        DateOnly.TryParseExact(text, "MM/dd/yyyy", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
        || (text.Length >= 10 && DateOnly.TryParseExact(text.AsSpan(0, 10), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day))
            ? day
            : null;

    private bool IsMetBy(string text) => Mode switch
    {
        "contains" => text.Contains(Values[0], StringComparison.OrdinalIgnoreCase),
        "notcontains" => !text.Contains(Values[0], StringComparison.OrdinalIgnoreCase),
        "startswith" => text.StartsWith(Values[0], StringComparison.OrdinalIgnoreCase),
        "endswith" => text.EndsWith(Values[0], StringComparison.OrdinalIgnoreCase),
        "notequals" or "isnot" => !Is(text, Values[0]),
        "in" => Values.Any(value => Is(text, value)),
        "lt" or "before" => Compare(text, Values[0]) < 0,
        "lte" => Compare(text, Values[0]) <= 0,
        "gt" or "after" => Compare(text, Values[0]) > 0,
        "gte" => Compare(text, Values[0]) >= 0,
        "between" => Compare(text, Values[0]) >= 0 && Compare(text, Values[^1]) <= 0,
        _ => Is(text, Values[0]),
    };

    private bool IsMetBy<T>(T value, Func<string, T?> read)
        where T : struct, IComparable<T>
    {
        T?[] given = [.. Values.Select(read)];
        // What is no such value is met by none.
        if (given[0] is not { } first)
            return false;
        var compared = value.CompareTo(first);
        return Mode switch
        {
            "lt" or "before" or "datebefore" => compared < 0,
            "lte" => compared <= 0,
            "gt" or "after" or "dateafter" => compared > 0,
            "gte" => compared >= 0,
            "notequals" or "isnot" or "dateisnot" => compared != 0,
            "in" => given.Any(one => one is { } known && known.CompareTo(value) == 0),
            "between" => compared >= 0 && given[^1] is { } last && value.CompareTo(last) <= 0,
            _ => compared == 0,
        };
    }

    private static string Said(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String when Http.JsonText.TryRead(value, 0, MidnightFields.MaxText, out var text, out _) => text.Trim(),
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => "",
    };

    private static bool Is(string one, string other) => Compare(one, other) == 0;

    private static int Compare(string one, string other) => string.Compare(one, other, StringComparison.OrdinalIgnoreCase);
}
