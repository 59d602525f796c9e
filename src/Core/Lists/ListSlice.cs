namespace Quittance.Core.Lists;

/// <summary>A part of a list.</summary>
/// <param name="Items">Its items.</param>
/// <param name="HasMore">Whether there are more behind them.</param>
/// <param name="Count">How many fulfil the criteria, as far as they were to be counted.</param>
public sealed record ListSlice<TItem>(IReadOnlyList<TItem> Items, bool HasMore, long Count);
