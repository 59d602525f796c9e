using Quittance.Core.Access;

namespace Quittance.Console.Access;

/// <summary>The least role that may open a page. A page without it is for every role.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NeedsAttribute(OperatorRole role) : Attribute
{
    public OperatorRole Role { get; } = role;
}

/// <summary>A page, or a file, that needs no sign-in.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class OpenAttribute : Attribute;

/// <summary>On the route of a file that is made as a whole in memory: it takes a place among the readers, as a page does.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class DrawnAttribute : Attribute;

/// <summary>The longest request of a page whose form sends files, bytes. A page without it takes what people type.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class TakesAttribute(long maxBytes) : Attribute
{
    public long MaxBytes { get; } = maxBytes;
}
