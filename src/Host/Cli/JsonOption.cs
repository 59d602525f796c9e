using System.CommandLine;

namespace Quittance.Host.Cli;

/// <summary>The option by which a command speaks to programs: one JSON document on standard output, everything else on standard error.</summary>
internal static class JsonOption { public static Option<bool> Json { get; } = new("--json") { Description = "Print one JSON document on standard output" }; }
