namespace Quittance.Dialects.Midnight.Lists;

/// <summary>A column of a list, by which its rows are filtered and sorted.</summary>
/// <param name="Name">Its name in the answer.</param>
/// <param name="Value">What a row has there: a text, a decimal, a day or a truth; null for nothing.</param>
internal sealed record TableColumn<TRow>(string Name, Func<TRow, object?> Value);
