namespace Quittance.Dialects.OpenApi;

/// <summary>A header of an answer.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">What it says.</param>
/// <param name="IsRequired">Whether it is always sent.</param>
public sealed record SentHeader(string Name, Shape Shape, bool IsRequired = false)
{
    /// <summary>The address of what came of the request.</summary>
    public static SentHeader Location { get; } = new("Location", Shape.Link("The address of what was made."), IsRequired: true);
}
