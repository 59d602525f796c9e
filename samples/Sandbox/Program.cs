using System.Runtime.InteropServices;
using System.Xml;
using Quittance.Sandbox.Bank;

namespace Quittance.Sandbox;

/// <summary>The sandbox as a program of its own.</summary>
internal static class Program
{
    private const string Usage = """
        Usage: Quittance.Sandbox [--port 8090] [--data sandbox]
               Quittance.Sandbox bank <pain.008 file> <folder for the bank's answers>
        """;

    private static async Task<int> Main(string[] arguments)
    {
        if (arguments is ["bank", var order, var folder])
            return await AnswerAsync(order, folder);
        if (Parse(arguments) is not { } options)
        {
            await Console.Error.WriteLineAsync(Usage);
            return 2;
        }

        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.TrySetResult();
        }

        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        try
        {
            await using var server = await SandboxServer.StartAsync(options);
            Console.WriteLine($"The sandbox is ready: {server.Address.GetLeftPart(UriPartial.Authority)}");
            await stop.Task;
            return 0;
        }
        catch (IOException failure)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return 1;
        }
    }

    /// <summary>Answers a file of direct debits in the bank's place.</summary>
    private static async Task<int> AnswerAsync(string order, string folder)
    {
        try
        {
            await using var file = File.OpenRead(order);
            var answers = SandboxBank.Answer(file);
            Directory.CreateDirectory(folder);
            foreach (var (name, answer) in answers)
            {
                var path = Path.Combine(folder, name);
                await File.WriteAllBytesAsync(path, answer);
                Console.WriteLine(path);
            }

            return 0;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or XmlException or FormatException)
        {
            await Console.Error.WriteLineAsync($"{order}: {failure.Message}");
            return 1;
        }
    }

    private static SandboxOptions? Parse(string[] arguments)
    {
        var options = new SandboxOptions { Port = 8090, DataFolder = "sandbox" };
        foreach (var pair in arguments.Chunk(2))
        {
            switch (pair)
            {
                case ["--port", var text] when ushort.TryParse(text, out var port):
                    options = options with { Port = port };
                    break;
                case ["--data", var folder]:
                    options = options with { DataFolder = folder };
                    break;
                default:
                    return null;
            }
        }

        return options;
    }
}
