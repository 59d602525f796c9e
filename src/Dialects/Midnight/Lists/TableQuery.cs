using System.Globalization;
using System.Text.Json;
using Quittance.Core;
using Quittance.Dialects.OpenApi;

namespace Quittance.Dialects.Midnight.Lists;

/// <summary>A column of a list, by which its rows are filtered and sorted.</summary>
/// <param name="Name">Its name in the answer.</param>
/// <param name="Value">The row's value: a text, a decimal, a day or a truth; null for none.</param>
internal sealed record TableColumn<TRow>(string Name, Func<TRow, object?> Value);

/// <summary>The columns that follow from the members of a row.</summary>
internal static class TableColumns
{
    public static IEnumerable<TableColumn<TRow>> Columns<TRow>(this Resource<TRow> rows, params IReadOnlyList<string> names) =>
        rows.Select(member => member.Name).Where(names.Contains)
            .Select(name => new TableColumn<TRow>(name, row => rows.ValueOf(name, row)));

    public static IEnumerable<TableColumn<TRow>> ColumnsBut<TRow>(this Resource<TRow> rows, params IReadOnlyList<string> others) =>
        rows.Columns([.. rows.Select(member => member.Name).Except(others)]);
}

/// <summary>The rows of a list that the client wants, and their order: the <c>TableFilterModel</c> of a request (Midnight 3.3).</summary>
internal sealed record TableQuery
{
    /// <summary>How many rows a page has at most, and how many can be filtered and sorted by the columns of a list.</summary>
    public const int MaxRows = 1000;

    private const int MaxSorts = 8;

    /// <summary>How many rows to pass over.</summary>
    public int First { get; private init; }

    /// <summary>How many rows are wanted; null for all.</summary>
    public int? Rows { get; private init; }

    /// <summary>The columns that the rows are sorted by, the first above all; none for the order of the list.</summary>
    public IReadOnlyList<(string Column, bool IsDescending)> Sorting { get; private init; } = [];

    /// <summary>The tests of the columns: of each list one at least must hold.</summary>
    public IReadOnlyList<IReadOnlyList<TableFilter>> Filters { get; private init; } = [];

    /// <summary>Reads the model of a request whose list has these columns; all rows where there is none.</summary>
    public static TableQuery Of<TRow>(MidnightFields request, IReadOnlyList<TableColumn<TRow>> columns)
    {
        if (request.Object("TableFilterModel") is not { } model)
            return new TableQuery();
        var names = columns.ToDictionary(column => column.Name, column => column.Name, StringComparer.OrdinalIgnoreCase);
        return new TableQuery
        {
            First = Within(model, "First", 0, int.MaxValue) ?? 0,
            Rows = Within(model, "Rows", 1, MaxRows),
            Sorting = SortingIn(model, names),
            Filters = model.Object("Filters") is { } filters
                ? [.. filters.All.SelectMany(filter => FiltersIn(filters, filter.Name, filter.Value, names))] : [],
        };
    }

    /// <summary>The rows that fulfil the filters, in the wanted order.</summary>
    public IReadOnlyList<TRow> Apply<TRow>(IEnumerable<TRow> rows, IReadOnlyList<TableColumn<TRow>> columns)
    {
        var met = rows.Where(row => Filters.All(any => any.Any(filter => filter.IsMet(ValueOf(row, filter.Column)))));
        IOrderedEnumerable<TRow>? sorted = null;
        foreach (var (column, isDescending) in Sorting)
        {
            sorted = (sorted, isDescending) switch
            {
                (null, false) => met.OrderBy(row => ValueOf(row, column), Comparer<object?>.Default),
                (null, true) => met.OrderByDescending(row => ValueOf(row, column), Comparer<object?>.Default),
                (_, false) => sorted.ThenBy(row => ValueOf(row, column), Comparer<object?>.Default),
                (_, true) => sorted.ThenByDescending(row => ValueOf(row, column), Comparer<object?>.Default),
            };
        }

        return [.. sorted ?? met];

        object? ValueOf(TRow row, string name) => columns.First(column => column.Name == name).Value(row);
    }

    /// <summary>The wanted ones of the rows of <see cref="Apply"/>.</summary>
    public IReadOnlyList<TRow> PageOf<TRow>(IReadOnlyList<TRow> rows) => [.. rows.Skip(First).Take(Rows ?? rows.Count)];

    private static int? Within(MidnightFields model, string name, int min, int max)
    {
        if (model.Integer(name) is not { } value)
            return null;
        if (value >= min && value <= max)
            return (int)value;
        model.Add(name, $"Must be from {min} to {max}.");
        return null;
    }

    private static List<(string Column, bool IsDescending)> SortingIn(MidnightFields model, Dictionary<string, string> names)
    {
        List<(string, bool)> sorting = [];
        var many = model.Objects("MultiSortMeta");
        if (many.Count > MaxSorts)
            model.Add("MultiSortMeta", $"Must not have more than {MaxSorts} items.");
        foreach (var meta in many.Take(MaxSorts))
            AddSort(meta, "Field", "Order");
        if (sorting.Count == 0)
            AddSort(model, "SortField", "SortOrder");
        return sorting;

        void AddSort(MidnightFields fields, string field, string order)
        {
            var isDescending = fields.Integer(order) < 0;
            if (fields.Text(field) is not { Length: > 0 } name)
                return;
            if (names.TryGetValue(name, out var column))
                sorting.Add((column, isDescending));
            else
                fields.Add(field, "Must be a column of the list.");
        }
    }

    private static IEnumerable<IReadOnlyList<TableFilter>> FiltersIn(
        MidnightFields filters, string name, JsonElement value, Dictionary<string, string> names)
    {
        if (!names.TryGetValue(name, out var column))
        {
            filters.Add(Http.Json.JsonPath.Printable(name), "Must be a column of the list.");
            return [];
        }

        if (value.ValueKind != JsonValueKind.Array)
            return filters.Object(name) is { } only && TableFilter.Of(column, only) is { } filter ? [[filter]] : [];
        var constraints = filters.Objects(name);
        var isAny = constraints.Any(constraint => string.Equals(constraint.Text("operator"), "or", StringComparison.OrdinalIgnoreCase));
        TableFilter[] all = [.. constraints.Select(constraint => TableFilter.Of(column, constraint)).OfType<TableFilter>()];
        return isAny && all.Length > 0 ? [all] : all.Select(one => (IReadOnlyList<TableFilter>)[one]);
    }
}

/// <summary>
/// A test of a column, in the words of the table component of Midnight's pages: a value and how it is matched. A test without a value
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
        if (values.Any(text => DayIn(text) is { } day && !DayWindow.Holds(day)))
        {
            fields.Add("value", $"Must be a day {DayWindow.Rule}.");
            return null;
        }

        return values.All(string.IsNullOrEmpty) ? null : new TableFilter(column, mode, values);
    }

    /// <summary>Whether a value fulfils it. A missing value does not, unless the test asks for another value.</summary>
    public bool IsMet(object? value) => value switch
    {
        null => Mode is "notequals" or "notcontains" or "isnot" or "dateisnot",
        string text => IsMetBy(text),
        bool flag => IsMetBy(flag ? "true" : "false"),
        decimal number =>
            IsMetBy(number, text => decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out var given) ? given
            : null),
        DateOnly day => IsMetBy(day, DayIn),
        _ => throw new ArgumentOutOfRangeException(nameof(value), value, "No column has such values."),
    };

    /// <summary>A day as Midnight writes it, or as JSON usually does; null where it is none.</summary>
    public static DateOnly? DayIn(string text) =>
        DateOnly.TryParseExact(text, "MM/dd/yyyy", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
        || (text.Length >= 10
            && DateOnly.TryParseExact(text.AsSpan(0, 10), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day))
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
        // No value of the column equals a text that is not of its kind.
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
        JsonValueKind.String when Http.Json.JsonText.TryRead(value, 0, MidnightFields.MaxText, out var text, out _) => text.Trim(),
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => "",
    };

    private static bool Is(string one, string other) => Compare(one, other) == 0;

    private static int Compare(string one, string other) => string.Compare(one, other, StringComparison.OrdinalIgnoreCase);
}
