using System.Net;
using System.Net.Sockets;

namespace Quittance.Bench.Mails;

/// <summary>A mail server that takes every mail and keeps none.</summary>
internal sealed class MailSink : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _work;
    private int _taken;

    public MailSink()
    {
        _listener.Start();
        _work = AcceptAsync();
    }

    /// <summary>Its address, as <c>--smtp</c> takes it.</summary>
    public string Address => $"smtp://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>How many mails it took.</summary>
    public int Taken => Volatile.Read(ref _taken);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _work;
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                // One server has one connection at a time.
                using var client = await _listener.AcceptTcpClientAsync(_end.Token);
                await TakeAsync(client.GetStream());
            }
        }
        catch (OperationCanceledException)
        {
            // The measurement is over.
        }
    }

    private async Task TakeAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream);
        await using var writer = new StreamWriter(stream) { AutoFlush = true, NewLine = "\r\n" };
        try
        {
            await writer.WriteLineAsync("220 sink");
            while (await reader.ReadLineAsync(_end.Token) is { } line)
            {
                var verb = line.Split(' ')[0].ToUpperInvariant();
                await writer.WriteLineAsync(verb == "DATA" ? "354 go on" : verb == "QUIT" ? "221 bye" : "250 ok");
                if (verb == "QUIT")
                    return;
                if (verb != "DATA")
                    continue;
                while (await reader.ReadLineAsync(_end.Token) is { } text && text != ".")
                {
                }

                Interlocked.Increment(ref _taken);
                await writer.WriteLineAsync("250 taken");
            }
        }
        catch (IOException)
        {
            // The server has ended in the middle.
        }
    }
}
