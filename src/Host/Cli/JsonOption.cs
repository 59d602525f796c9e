using System.CommandLine;

namespace Quittance.Host.Cli;

/// <summary>The option by which a command answers programs instead of people.</summary>
internal static class JsonOption
{
    /// <summary>Whether the result is one JSON document.</summary>
    public static Option<bool> Json { get; } = new("--json") { Description = "Print one JSON document on standard output" };
}
