namespace Quittance.Core.Accounts;

/// <summary>A reference that a change gives to something.</summary>
public readonly record struct ReferenceGiven(Reference Reference, Referent Referent);
