using Xunit.v3;

namespace Quittance.Tests;

/// <summary>
/// Leaves a test, or each test of a class, out of the short suite that <c>dotnet test</c> runs. With <c>QUITTANCE_ALL=1</c> it runs too.
/// </summary>
/// <param name="reason">What takes so long, where the name of the class does not say it.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class LongAttribute(string reason = "") : Attribute, ITraitAttribute
{
    /// <summary>The trait that the filter of the test project names.</summary>
    public static KeyValuePair<string, string> Trait { get; } = new("Suite", "long");

    /// <summary>What takes so long; empty where the name of the class says it.</summary>
    public string Reason => reason;

    /// <inheritdoc/>
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [Trait];
}
