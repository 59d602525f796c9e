namespace Quittance.Storage.Console;

/// <summary>A merchant's account at a provider, without its keys.</summary>
/// <param name="Provider">The provider.</param>
/// <param name="Address">Where it listens.</param>
/// <param name="ChangedAt">When the account was last changed.</param>
/// <param name="Unanswered">How many attempts it has been asked for without an answer so far.</param>
/// <param name="UnansweredSince">When the oldest of them was opened.</param>
public sealed record ConnectedProvider(string Provider, Uri Address, DateTimeOffset ChangedAt, long Unanswered, DateTimeOffset? UnansweredSince);
