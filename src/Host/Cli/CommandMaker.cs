using System.CommandLine;

namespace Quittance.Host.Cli;

/// <summary>Makes the commands: each is a name, a sentence, its act and its options; the rest is the same for all.</summary>
internal static class CommandMaker
{
    /// <summary>A command on the books of all merchants.</summary>
    public static Command OfBooks(string name, string description, Func<Run, Task> act, params Symbol[] options) =>
        Of(
            name, description, act,
            [.. options, Options.Data, Options.Database, MasterKeySource.FileOption, MasterKeySource.ShareOption, Options.Json]);

    /// <summary>A command on the books of the merchant that is named.</summary>
    public static Command OfMerchant(string name, string description, Func<Run, Task> act, params Symbol[] options) =>
        OfBooks(name, description, act, [.. options, Options.Merchant]);

    /// <summary>A command with these options alone.</summary>
    public static Command Of(string name, string description, Func<Run, Task> act, params Symbol[] options)
    {
        var command = new Command(name, description);
        foreach (var symbol in options)
        {
            if (symbol is Argument argument)
                command.Add(argument);
            else
                command.Add((Option)symbol);
        }

        command.SetAction((typed, cancel) => Terminal.RunAsync(async progress =>
        {
            await using var run = new Run(typed, progress, TimeProvider.System, cancel);
            await act(run);
            return run.ExitCode;
        }));
        return command;
    }
}
