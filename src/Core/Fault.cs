namespace Quittance.Core;

/// <summary>One reason why a command was refused.</summary>
/// <param name="Refusal">What is wrong.</param>
/// <param name="Part">The 0-based part of the command that it is about, or -1 for the command as a whole.</param>
public readonly record struct Fault(Refusal Refusal, int Part = -1);
