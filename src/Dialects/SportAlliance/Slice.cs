namespace Quittance.Dialects.SportAlliance;

/// <summary>The slice of a list that a request asks for (Sport Alliance 3.4).</summary>
/// <param name="Size">How many entries at most, 1 to 50.</param>
/// <param name="After">The offset: the id of the last entry that the client has, 0 for none.</param>
public readonly record struct Slice(int Size, long After);
