using Quittance.Core.Settlements;
using static Quittance.Console.Languages.Texts;

namespace Quittance.Console.Pages.Settlements;

/// <summary>The words for what is wrong with a file, and where.</summary>
internal static class FaultWords
{
    public static string Of(FileFault fault) => fault switch
    {
        { Line: 0, Column: null } => Heard(fault.Problem),
        { Line: 0 } => $"{fault.Column}: {Heard(fault.Problem)}",
        { Column: null } => Say($"line {fault.Line}: {Heard(fault.Problem)}"),
        _ => Say($"line {fault.Line}, {fault.Column}: {Heard(fault.Problem)}"),
    };
}
