using System.CommandLine;
using Spectre.Console;

namespace Quittance.Bench;

/// <summary>Shows which benchmarks there are.</summary>
internal static class BenchmarkList
{
    public static void Print(Command benchmarks)
    {
        var table = new Table().Border(TableBorder.None).HideHeaders().AddColumn("name").AddColumn("what");
        foreach (var benchmark in benchmarks.Subcommands.Where(command => !command.Hidden))
            table.AddRow($"  [bold]{benchmark.Name}[/]", benchmark.Description!.EscapeMarkup());
        Screen.Out.MarkupLine("Run one with [bold]dotnet run -c Release --project bench -- <name>[/]; add --help for its options.");
        Screen.Out.Write(table);
    }
}
