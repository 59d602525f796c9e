namespace Quittance.Core.Access;

/// <summary>What came of a refresh token.</summary>
/// <param name="Tokens">The next tokens; null when there are none.</param>
/// <param name="AsksTooMuch">Whether more was asked for than was allowed; the refresh token is still good then.</param>
public readonly record struct Refreshed(IssuedTokens? Tokens, bool AsksTooMuch);
