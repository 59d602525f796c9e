namespace Quittance.Dialects.Http;

/// <summary>Marks a route with the scope that a credential needs for it.</summary>
/// <param name="Scope">The scope.</param>
public sealed record Needs(string Scope)
{
    /// <summary>Another scope that does as well; null for none.</summary>
    public string? Or { get; init; }
}
