namespace Quittance.Core.Accounts;

/// <summary>An account with what the clients of a dialect call it.</summary>
/// <param name="Account">The account.</param>
/// <param name="Names">Its names.</param>
public sealed record NamedAccount(Account Account, IReadOnlyList<Reference> Names);
