namespace Quittance.Dialects.OpenApi;

/// <summary>A member of an object.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">What its value is.</param>
/// <param name="IsRequired">Whether it is always there; in requests, whether it must be.</param>
/// <param name="Description">What it means here; null for what its shape means everywhere.</param>
public sealed record Member(string Name, Shape Shape, bool IsRequired, string? Description = null)
{
    /// <summary>A member that is always there.</summary>
    public static Member Required(string name, Shape shape, string? description = null) => new(name, shape, IsRequired: true, description);

    /// <summary>A member that may be missing.</summary>
    public static Member Optional(string name, Shape shape, string? description = null) => new(name, shape, IsRequired: false, description);
}
