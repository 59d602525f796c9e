namespace Quittance.Tests.Faults;

/// <summary>What stands still at the provider when the server is killed.</summary>
/// <param name="Path">Where the requests go.</param>
/// <param name="Answers">Whether they have been decided, and only their answers stand still.</param>
/// <param name="GoesOn">Whether the answers are let through just before, so that they are being taken in.</param>
/// <param name="CutsCommits">Whether the database is cut off at its commits then.</param>
internal sealed record KillStop(string Path, bool Answers, bool GoesOn = false, bool CutsCommits = false);
