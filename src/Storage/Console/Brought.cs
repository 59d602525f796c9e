namespace Quittance.Storage.Console;

/// <summary>Who brought something, by which request.</summary>
/// <param name="At">When it was booked.</param>
/// <param name="Request">The trace id of the request.</param>
/// <param name="Credential">The credential that let it in; null for the merchant's own people, and for Quittance by itself.</param>
public sealed record Brought(DateTimeOffset At, Guid Request, ToldCredential? Credential);
