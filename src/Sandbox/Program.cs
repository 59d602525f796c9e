using System.Runtime.InteropServices;

namespace Quittance.Sandbox;

/// <summary>The sandbox as a program of its own.</summary>
internal static class Program
{
    private const string Usage = "Usage: Quittance.Sandbox [--port 8090] [--data sandbox]";

    private static async Task<int> Main(string[] arguments)
    {
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
