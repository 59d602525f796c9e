namespace Quittance.Storage.Backups;

/// <summary>What lets nobody in any more since the books were restored.</summary>
/// <param name="ConsoleSessions">Sessions at the console.</param>
/// <param name="Tokens">Access and refresh tokens of clients.</param>
/// <param name="Authorisations">Leaves that clients had got, with their codes.</param>
public sealed record EndedAccess(long ConsoleSessions, long Tokens, long Authorisations);
