using Quittance.Core.Access;

namespace Quittance.Console.Access;

/// <summary>The role that a page asks for. A page that says nothing is for every role.</summary>
/// <param name="role">The least that one must be.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NeedsAttribute(OperatorRole role) : Attribute
{
    /// <summary>The least that one must be.</summary>
    public OperatorRole Role { get; } = role;
}
