using System.CommandLine;

namespace Quittance.Host.Cli;

/// <summary>Finds what a person may have meant by a word that no command knows.</summary>
internal static class WrongWord
{
    // Two letters that are missing, too many or other ones.
    private const int Near = 2;

    /// <summary>The command or option of a command that is written nearly so; null for none.</summary>
    public static string? NearestTo(string typed, Command command) => command.Subcommands.Cast<Symbol>().Concat(command.Options)
        .Select(symbol => (symbol.Name, Distance: DistanceOf(typed, symbol.Name)))
        .Where(each => each.Distance <= Math.Min(Near, typed.Length / 2)).OrderBy(each => each.Distance)
        .Select(each => each.Name).FirstOrDefault();

    /// <summary>How many letters one must add, leave out or change to make one word of another (Levenshtein).</summary>
    private static int DistanceOf(string from, string to)
    {
        int[] above = [.. Enumerable.Range(0, to.Length + 1)];
        for (var row = 1; row <= from.Length; row++)
        {
            int[] here = [row, .. new int[to.Length]];
            for (var at = 1; at <= to.Length; at++)
                here[at] = Math.Min(Math.Min(here[at - 1], above[at]) + 1, above[at - 1] + (from[row - 1] == to[at - 1] ? 0 : 1));
            above = here;
        }

        return above[to.Length];
    }
}
