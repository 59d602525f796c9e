using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Npgsql;
using Quittance.Storage.Sealing;

namespace Quittance.Tests.Running;

/// <summary>What the proxy does with a commit that it sees, or with another statement that a test names.</summary>
internal enum Cut
{
    /// <summary>Lets it through, and its answer back.</summary>
    None,

    /// <summary>Cuts the connection before the commit arrives.</summary>
    Request,

    /// <summary>Lets the commit arrive in full and cuts the connection before its answer.</summary>
    Answer,

    /// <summary>Lets half of the commit arrive and cuts the connection.</summary>
    Half,

    /// <summary>Keeps the connection and lets nothing more arrive, as a server that stands still.</summary>
    Silence,
}

/// <summary>
/// Stands between Npgsql and PostgreSQL and breaks connections in the middle of a commit's round trip: the one moment
/// when its outcome is unknown.
/// </summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly ConcurrentDictionary<TcpClient, bool> _open = new();
    private readonly IPEndPoint _server;
    private readonly Func<int, Cut> _plan;
    private readonly byte[] _statement;
    private readonly Task _accepting;
    private int _commits;

    private CuttingProxy(TcpListener listener, IPEndPoint server, Func<int, Cut> plan, byte[] statement)
    {
        (_listener, _server, _plan, _statement) = (listener, server, plan, statement);
        _accepting = AcceptAsync();
    }

    /// <summary>Whether new connections are let through.</summary>
    public bool IsUp { get; set; } = true;

    /// <summary>The database through it, as another process reaches it.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>How many commits it has seen.</summary>
    public int Commits => Volatile.Read(ref _commits);

    /// <summary>A proxy to a database, and the connections through it.</summary>
    /// <param name="connectionString">Where the database is.</param>
    /// <param name="plan">What to do with each commit, by its number from 1.</param>
    /// <param name="statement">How a statement ends that the plan is for in the place of commits.</param>
    public static (CuttingProxy Proxy, NpgsqlDataSource Database) To(
        string connectionString, Func<int, Cut> plan, string statement = "COMMIT")
    {
        var direct = new NpgsqlConnectionStringBuilder(connectionString);
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var server = new IPEndPoint(IPAddress.Parse(direct.Host!), direct.Port);
        direct.Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        // Statements that are never prepared carry their text, so that a commit is seen.
        direct.MaxAutoPrepare = 0;
        var proxy = new CuttingProxy(listener, server, plan, Encoding.UTF8.GetBytes(statement + '\0'))
        {
            ConnectionString = direct.ConnectionString + ";Max Auto Prepare=0",
        };

        // Made anew of its settings, it knows no nodes of a cluster, to which its lanes would go round the proxy.
        using var opened = Storage.Database.Open(proxy.ConnectionString);
        var database = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(opened.ConnectionString) { Password = direct.Password }.ConnectionString);
        BlockKeys.Use(database, RunningProgram.MasterKeyOfExternalDatabases.Blocks);
        return (proxy, database);
    }

    /// <summary>A proxy that lets no connection through from one of the commits on, until <see cref="IsUp"/> is set again.</summary>
    public static (CuttingProxy Proxy, NpgsqlDataSource Database) GoingAwayAt(string connectionString, int commit, Cut cut)
    {
        CuttingProxy proxy = null!;
        (proxy, var database) = To(connectionString, number =>
        {
            if (number != commit)
                return Cut.None;
            proxy.IsUp = false;
            return cut;
        });
        return (proxy, database);
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        foreach (var client in _open.Keys)
            client.Dispose();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            TcpClient client;
            try
            {
                client = await _listener.AcceptTcpClientAsync();
            }
            catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }

            _ = ServeAsync(client);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient();
        using (client)
        {
            _open[client] = true;
            try
            {
                if (!IsUp)
                    return;
                await server.ConnectAsync(_server);
                (client.NoDelay, server.NoDelay) = (true, true);
                var answers = server.GetStream().CopyToAsync(client.GetStream());
                await await Task.WhenAny(answers, ForwardAsync(client.GetStream(), server, answers));
            }
            catch (Exception broken) when (broken is IOException or SocketException or ObjectDisposedException)
            {
                // Either end has gone: the other is let go of below.
            }
            finally
            {
                _open.TryRemove(client, out _);
            }
        }
    }

    private async Task ForwardAsync(NetworkStream requests, TcpClient server, Task answers)
    {
        var buffer = new byte[1024 * 1024];
        while (await requests.ReadAsync(buffer) is > 0 and var read)
        {
            // A commit's round trip is small here and comes in one piece.
            var cut = buffer.AsSpan(0, read).IndexOf(_statement) < 0 ? Cut.None : _plan(Interlocked.Increment(ref _commits));
            if (cut == Cut.Request)
                return;
            if (cut == Cut.Silence)
            {
                await requests.CopyToAsync(Stream.Null);
                return;
            }

            // The client is cut off before the server can answer.
            if (cut != Cut.None)
                Close(requests);
            await server.GetStream().WriteAsync(buffer.AsMemory(0, cut == Cut.Half ? read / 2 : read));
            if (cut == Cut.None)
                continue;
            await LoseAnswerAsync(server, answers);
            return;
        }
    }

    private static void Close(NetworkStream requests)
    {
        requests.Socket.Shutdown(SocketShutdown.Both);
        requests.Socket.Close();
    }

    /// <summary>The server gets to know that the client is cut off only when it has had its time to commit.</summary>
    private static async Task LoseAnswerAsync(TcpClient server, Task answers)
    {
        await Task.WhenAny(answers, Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(30)), TimeProvider.System));
        server.Close();
    }
}
