namespace Quittance.Core.Access;

/// <summary>What a token that is good stands for.</summary>
/// <param name="Client">The name of the client that has it.</param>
/// <param name="Subject">For whom the client acts.</param>
/// <param name="Email">That person's e-mail address; null where the client acts for itself.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="IsRefresh">Whether it is a refresh token.</param>
/// <param name="IssuedAt">Since when it is good.</param>
/// <param name="ExpiresAt">Until when.</param>
public sealed record TokenState(
    string Client, Guid Subject, string? Email, IReadOnlyCollection<string> Scopes, bool IsRefresh, DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt);
