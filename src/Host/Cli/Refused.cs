using Quittance.Console.Parts;
using Quittance.Core.Engine;

namespace Quittance.Host.Cli;

/// <summary>Says to an operator why a command was refused.</summary>
internal static class Refused
{
    public static string Text(Outcome outcome) => string.Join("; ", outcome.Faults.Select(fault => RefusalText.Of(fault.Refusal)));
}
