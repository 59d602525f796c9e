namespace Quittance.Host.Cli;

/// <summary>Whether the vault of a restored backup opens.</summary>
/// <param name="IsTried">Whether a master key was there to try it with.</param>
/// <param name="IsGood">False where the key that was given does not open something.</param>
/// <param name="Finding">What was found, for people.</param>
internal sealed record DrilledVault(bool IsTried, bool IsGood, string Finding);
