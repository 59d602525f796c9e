using System.CommandLine;
using System.Text;
using Quittance.Host;
using Quittance.Host.Cli;
using Quittance.Storage.Vault;

namespace Quittance.Tests.Running;

/// <summary>
/// Runs commands of the program within the process of the tests: the start of a process takes longer than most commands. One at a time,
/// since a command may draw on the terminal.
/// </summary>
internal static class TypedCommand
{
    // What keeps keys and whole books in files, or writes past the console, is tried as it is typed.
    private static readonly string[] InProcesses = ["demo", "serve", "vault", "backup", "restore", "drill", "export"];

    private static readonly Lazy<RootCommand> Commands = new(Program.Commands);
    private static readonly SemaphoreSlim Turn = new(1);
    private static readonly RoutedWriter Output = new(System.Console.Out), Errors = new(System.Console.Error);
    private static readonly string KeyFolder = Directory.CreateTempSubdirectory("quittance-key-").FullName;

    private static string KeyFile => Path.Combine(KeyFolder, "master.key");

    /// <summary>Before the first command, which keeps the console that it finds.</summary>
    public static void RouteConsole()
    {
        if (File.Exists(KeyFile))
            return;
        new MasterKeyFile(KeyFile).CreateUnlessThere(RunningProgram.MasterKeyOfExternalDatabases);
        System.Console.SetOut(Output);
        System.Console.SetError(Errors);
    }

    public static void DeleteKey() => Directory.Delete(KeyFolder, recursive: true);

    /// <summary>Whether a command does the same here as in a process: it works on the tests' PostgreSQL, and at a pipe.</summary>
    public static bool Fits(string[] arguments) =>
        System.Console.IsOutputRedirected && System.Console.IsErrorRedirected && arguments.Contains("--database")
        && !arguments.Contains("--data") && !InProcesses.Contains(arguments[0]);

    /// <summary>Runs a command to its end, with the master key of external databases.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(string[] arguments)
    {
        var takesKey = Commands.Value.Parse(arguments).CommandResult.Command.Options.Contains(MasterKeySource.FileOption)
            && !arguments.Contains(MasterKeySource.FileOption.Name);
        await Turn.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            var (output, error) = (Output.Begin(), Errors.Begin());
            var exitCode = await Program.InvokeAsync(
                Commands.Value.Parse(takesKey ? [.. arguments, MasterKeySource.FileOption.Name, KeyFile] : arguments),
                new() { ProcessTerminationTimeout = null }, TestContext.Current.CancellationToken);
            return (exitCode, $"{output}", $"{error}");
        }
        finally
        {
            Turn.Release();
        }
    }

    /// <summary>The console, but for what a command writes.</summary>
    private sealed class RoutedWriter(TextWriter console) : TextWriter
    {
        private readonly AsyncLocal<StringWriter?> _command = new();

        public override Encoding Encoding => console.Encoding;

        private TextWriter Now => _command.Value ?? console;

        /// <summary>What the caller's flow writes from now on, until it ends.</summary>
        public StringWriter Begin() => _command.Value = new StringWriter();

        public override void Write(char value) => Now.Write(value);

        public override void Write(string? value) => Now.Write(value);

        public override void Write(char[] buffer, int index, int count) => Now.Write(buffer, index, count);

        public override void WriteLine(string? value) => Now.WriteLine(value);

        public override void Flush() => Now.Flush();
    }
}
