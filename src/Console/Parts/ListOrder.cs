namespace Quittance.Console.Parts;

/// <summary>The order of a list as its address has it: the word of a column, behind a minus where the largest comes first.</summary>
/// <param name="By">The word of the column.</param>
public sealed record ListOrder(string By, bool IsAscending)
{
    /// <summary>The name in the address.</summary>
    public const string Name = "sort";

    /// <summary>Reads what <see cref="ToString"/> writes; null where the list has no such order.</summary>
    /// <param name="text">The text in the address; null or blank for the usual order.</param>
    /// <param name="usual">The usual order.</param>
    /// <param name="columns">The words of the columns that sort the list.</param>
    public static ListOrder? Read(string? text, ListOrder usual, IReadOnlyCollection<string> columns)
    {
        if (string.IsNullOrEmpty(text))
            return usual;
        var read = text[0] == '-' ? new ListOrder(text[1..], false) : new ListOrder(text, true);
        return columns.Contains(read.By, StringComparer.Ordinal) ? read : null;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{(IsAscending ? "" : "-")}{By}";
}

/// <summary>How the heads of a table sort it.</summary>
/// <param name="Order">The order that is shown.</param>
/// <param name="Address">The address of the list in another order.</param>
public sealed record SortLinks(ListOrder Order, Func<ListOrder, string> Address);
