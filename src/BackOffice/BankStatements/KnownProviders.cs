using Quittance.Core.Ledger;

namespace Quittance.BackOffice.BankStatements;

/// <summary>
/// The providers that pay out: those of merchants' accounts, and clients' own gateways. Each has a clearing account of its name.
/// </summary>
public sealed class KnownProviders(IEnumerable<string> connected)
{
    private readonly string[] _connected = [.. connected];

    /// <summary>Those at which merchants have accounts.</summary>
    public IReadOnlyList<string> Connected => _connected;

    public IReadOnlyList<string> Names => [.. _connected, ClearingProvider.Gateway];

    /// <summary>The problem of an unknown name; null for a known one.</summary>
    public string? ProblemOf(string name) =>
        Names.Contains(name, StringComparer.Ordinal) ? null
            : $"there is no such provider; there are {string.Join(", ", Names.SkipLast(1))} and {Names[^1]}";
}
