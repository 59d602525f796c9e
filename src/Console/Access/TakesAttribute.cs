namespace Quittance.Console.Access;

/// <summary>How much a page takes, as files are sent with its form. A page that says nothing takes what people type.</summary>
/// <param name="maxBytes">The longest body of a request, bytes.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class TakesAttribute(long maxBytes) : Attribute
{
    /// <summary>The longest body of a request, bytes.</summary>
    public long MaxBytes { get; } = maxBytes;
}
