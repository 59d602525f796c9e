namespace Quittance.Bench;

/// <summary>The benchmark can't be run here, or what it measured is worth nothing.</summary>
internal sealed class BenchException(string message) : Exception(message);
