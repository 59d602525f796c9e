namespace Quittance.Storage.Console;

/// <summary>A place in a list of customers: where the next part begins.</summary>
/// <param name="Text">What the last one was found by; empty where nothing was searched.</param>
/// <param name="Account">The id of the last one's account.</param>
public sealed record CustomerPlace(string Text, Guid Account);
