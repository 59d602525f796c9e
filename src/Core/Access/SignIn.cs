namespace Quittance.Core.Access;

/// <summary>What came of a try to sign in.</summary>
/// <param name="Person">Who it is; null when address or password are wrong, which look the same.</param>
/// <param name="Wait">How long nobody is let in under this address; null when the try counted.</param>
public readonly record struct SignIn(Person? Person, TimeSpan? Wait);
