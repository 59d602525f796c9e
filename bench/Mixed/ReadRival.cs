using System.Text;
using Quittance.Bench.Contests;
using Quittance.Bench.Load;
using Quittance.Bench.Servers;

namespace Quittance.Bench.Mixed;

/// <summary>Reads over HTTP, each of something else.</summary>
/// <param name="name">The rows to read.</param>
/// <param name="next">The next request: path and header.</param>
internal sealed class ReadRival(string name, ServerProcess server, Func<(string Path, string Header)> next) : IRival
{
    public string Name => name;

    public ServerProcess? Server => server;

    public Task<LoadResult> RunAsync(int connections, TimeSpan time, CancellationToken cancel) =>
        SocketLoad.RunAsync(server.Address, connections, time, connection => ReadAsync(connection, cancel), cancel);

    private async Task ReadAsync(SocketConnection connection, CancellationToken cancel)
    {
        var (path, header) = next();
        await connection.ExchangeAsync(
            Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {server.Address.Authority}\r\n{header}\r\n\r\n"), cancel);
        if (connection.Errors > 0)
            throw new BenchException($"{name}: {Encoding.UTF8.GetString(connection.Answer)}");
    }
}
