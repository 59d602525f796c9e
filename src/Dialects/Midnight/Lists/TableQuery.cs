using System.Text.Json;

namespace Quittance.Dialects.Midnight.Lists;

/// <summary>Which rows of a list are wanted, and in which order: the <c>TableFilterModel</c> of a request (Midnight 3.3).</summary>
internal sealed record TableQuery
{
    /// <summary>How many rows a page has where nothing is said.</summary>
    public const int UsualRows = 100;

    /// <summary>How many rows can be filtered and sorted by the columns of a list at most.</summary>
    public const int MaxRows = 1000;

    private const int MaxSorts = 8;

    /// <summary>How many rows to pass over.</summary>
    public int First { get; private init; }

    /// <summary>How many rows are wanted.</summary>
    public int Rows { get; private init; } = UsualRows;

    /// <summary>The columns that the rows are sorted by, the first above all; none for the order of the list.</summary>
    public IReadOnlyList<(string Column, bool IsDescending)> Sorting { get; private init; } = [];

    /// <summary>What the columns must fulfil: of each list one at least.</summary>
    public IReadOnlyList<IReadOnlyList<TableFilter>> Filters { get; private init; } = [];

    /// <summary>Reads the model of a request whose list has these columns; all rows where there is none.</summary>
    public static TableQuery Of<TRow>(MidnightFields request, IReadOnlyList<TableColumn<TRow>> columns)
    {
        if (request.Object("TableFilterModel") is not { } model)
            return new TableQuery();
        var names = columns.ToDictionary(column => column.Name, column => column.Name, StringComparer.OrdinalIgnoreCase);
        return new TableQuery
        {
            First = (int)Within(model, "First", 0, 0, int.MaxValue),
            Rows = (int)Within(model, "Rows", UsualRows, 1, MaxRows),
            Sorting = SortingIn(model, names),
            Filters = model.Object("Filters") is { } filters ? [.. filters.All.SelectMany(filter => FiltersIn(filters, filter.Name, filter.Value, names))] : [],
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

    private static long Within(MidnightFields model, string name, long usual, long min, long max)
    {
        var value = model.Integer(name) ?? usual;
        if (value >= min && value <= max)
            return value;
        model.Add(name, $"Must be from {min} to {max}.");
        return usual;
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

    private static IEnumerable<IReadOnlyList<TableFilter>> FiltersIn(MidnightFields filters, string name, JsonElement value, Dictionary<string, string> names)
    {
        if (!names.TryGetValue(name, out var column))
        {
            filters.Add(Http.JsonPath.Printable(name), "Must be a column of the list.");
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
