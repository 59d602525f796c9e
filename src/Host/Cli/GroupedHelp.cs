using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Quittance.Host.Cli;

/// <summary>The help of the program with its commands in groups; the usual help of each command.</summary>
/// <param name="usual">The help of one command.</param>
/// <param name="groups">The groups, each with its commands.</param>
internal sealed class GroupedHelp(HelpAction usual, IReadOnlyList<(string Title, Command[] Commands)> groups) : SynchronousCommandLineAction
{
    private const int Widest = 12;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        if (parseResult.CommandResult.Command is not RootCommand root)
            return usual.Invoke(parseResult);
        var to = parseResult.InvocationConfiguration.Output;
        to.WriteLine(root.Description);
        to.WriteLine();
        to.WriteLine("Usage: quittance <command> [options]; quittance <command> --help shows what a command takes");
        foreach (var (title, commands) in groups)
        {
            to.WriteLine();
            to.WriteLine(title);
            foreach (var command in commands)
                to.WriteLine($"  {command.Name.PadRight(Widest)}{FirstSentence(command.Description!)}");
        }

        return 0;
    }

    private static string FirstSentence(string text) =>
        text.IndexOf(". ", StringComparison.Ordinal) is >= 0 and var end ? text[..end] : text;
}
