using System.CommandLine;

namespace Quittance.Host.Commands.Operations;

/// <summary><c>completion</c>: the script by which a shell completes words; the program itself knows what may come next.</summary>
internal static class CompletionCommand
{
    private static readonly Dictionary<string, string> Scripts = new()
    {
        ["bash"] = """
            _quittance() {
              local IFS=$'\n' words
              words=$("${COMP_WORDS[0]}" "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)
              COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o default -F _quittance quittance
            """,
        ["zsh"] = """
            _quittance() {
              local -a words_of
              words_of=("${(@f)$("${words[1]}" "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
              compadd -a words_of || _files
            }
            compdef _quittance quittance
            """,
        ["fish"] = """
            complete -c quittance -a '(quittance "[suggest:"(commandline -C)"]" (commandline -cp) 2>/dev/null)'
            """,
    };

    private static readonly Argument<string> Shell = CreateShell();

    public static Command Completion()
    {
        var command = new Command("completion", "Print the script by which a shell completes commands and options") { Shell };
        command.SetAction(async (typed, _) =>
            await typed.InvocationConfiguration.Output.WriteLineAsync(Scripts[typed.GetRequiredValue(Shell)]));
        return command;
    }

    private static Argument<string> CreateShell()
    {
        var shell = new Argument<string>("shell")
        {
            Description = "The shell: its start-up file reads the output, as in source <(quittance completion bash)",
        };
        return shell.AcceptOnlyFromAmong([.. Scripts.Keys]);
    }
}
