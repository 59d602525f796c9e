namespace Quittance.Core.Accounts;

/// <summary>A slice of a list of charges.</summary>
/// <param name="Entries">The entries, in the order of their numbers.</param>
/// <param name="HasNext">Whether there are entries of larger numbers.</param>
public sealed record EntrySlice(IReadOnlyList<Entry> Entries, bool HasNext);
