using System.Net.Sockets;

namespace Quittance.Bench.Load;

/// <summary>One keep-alive connection that sends a request, waits for the whole answer, and looks whether it was a success.</summary>
internal sealed class SocketConnection : IDisposable
{
    private static ReadOnlySpan<byte> HeadEnd => "\r\n\r\n"u8;

    private static ReadOnlySpan<byte> LengthHeader => "\r\nContent-Length: "u8;

    private static ReadOnlySpan<byte> LastChunk => "0\r\n\r\n"u8;

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private byte[] _answer = new byte[16 * 1024];
    private int _received;

    private SocketConnection()
    {
    }

    /// <summary>How many answers were no success.</summary>
    public int Errors { get; private set; }

    /// <summary>The last answer, head and all.</summary>
    public ReadOnlySpan<byte> Answer => _answer.AsSpan(0, _received);

    public static async Task<SocketConnection> OpenAsync(Uri server, CancellationToken cancel)
    {
        var connection = new SocketConnection();
        await connection._socket.ConnectAsync(server.Host, server.Port, cancel);
        return connection;
    }

    public async Task ExchangeAsync(ReadOnlyMemory<byte> request, CancellationToken cancel)
    {
        for (var rest = request; rest.Length > 0;)
            rest = rest[await _socket.SendAsync(rest, cancel)..];
        _received = 0;
        do
        {
            if (_received == _answer.Length)
                Array.Resize(ref _answer, _answer.Length * 2);
            var read = await _socket.ReceiveAsync(_answer.AsMemory(_received), cancel);
            if (read == 0)
                throw new BenchException("The server closed a connection.");
            _received += read;
        }
        while (!IsWhole());

        // "HTTP/1.1 2": the class of the status.
        if (_answer[9] != (byte)'2')
            Errors++;
    }

    public void Dispose() => _socket.Dispose();

    private bool IsWhole()
    {
        var received = Answer;
        var head = received.IndexOf(HeadEnd);
        if (head < 0)
            return false;
        var length = received[..head].IndexOf(LengthHeader);
        if (length < 0)
            return received.EndsWith(LastChunk);
        var value = 0;
        for (var at = length + LengthHeader.Length; received[at] is >= (byte)'0' and <= (byte)'9' and var digit; at++)
            value = (value * 10) + digit - '0';
        return _received >= head + HeadEnd.Length + value;
    }
}
