using Quittance.Core.Ledger;

namespace Quittance.Settlements;

/// <summary>The providers that pay out: those that merchants are connected with, and their clients' own gateways. Each has a clearing account of its name.</summary>
/// <param name="connected">The names of the providers that merchants are connected with.</param>
public sealed class KnownProviders(IEnumerable<string> connected)
{
    /// <summary>Their names.</summary>
    public IReadOnlyList<string> Names { get; } = [.. connected, ClearingProvider.Gateway];

    /// <summary>Why a name is none of them; null where it is one.</summary>
    public string? ProblemOf(string name) => Names.Contains(name, StringComparer.Ordinal) ? null : $"there is no such provider; there are {string.Join(" and ", Names)}";
}
