using Quittance.Core.Payments;

namespace Quittance.Settlements;

/// <summary>The providers that pay out: those whose money the books have in a clearing account of their name.</summary>
public static class KnownProviders
{
    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = ["sandbox", ClearingProvider.Gateway];

    /// <summary>Why a name is none of them; null where it is one.</summary>
    public static string? ProblemOf(string name) => Names.Contains(name, StringComparer.Ordinal) ? null : $"there is no such provider; there are {string.Join(" and ", Names)}";
}
