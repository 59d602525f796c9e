using System.Text;
using Quittance.Bench.Contests;
using Quittance.Bench.Load;
using Quittance.Bench.Servers;

namespace Quittance.Bench.Bookings;

/// <summary>One operation of Train Travel over HTTP, each time with another request.</summary>
/// <param name="next">The next request: path, header and body.</param>
internal sealed class RailwayRival(string name, ServerProcess server, Func<(string Path, string Header, string Body)> next) : IRival
{
    public string Name => name;

    public ServerProcess? Server => server;

    public ServerProcess? Provider { get; init; }

    /// <summary>Books any trip.</summary>
    public static RailwayRival Booking(ServerProcess server, Railway railway, string name = "Booked") => new(
        name, server,
        () => ("/bookings", railway.NextPassenger.Header, $$"""{"trip_id":"{{railway.AnyTrip.Id}}","passenger_name":"Bench"}"""));

    /// <summary>Pays for bookings by a card that the sandbox approves.</summary>
    public static RailwayRival Paying(
        ServerProcess server, ServerProcess sandbox, IReadOnlyList<HeldSeat> held, string name = "Paid by card")
    {
        var card = $$"""
            {"source":{"object":"card","name":"Bench","number":"4242424242424242","cvc":"123","exp_month":12,
             "exp_year":{{TimeProvider.System.GetUtcNow().Year + 4}},"address_country":"fr"} }
            """;
        var paid = -1;
        return new RailwayRival(name, server, Next) { Provider = sandbox };

        (string Path, string Header, string Body) Next()
        {
            var number = Interlocked.Increment(ref paid);
            return number < held.Count
                ? ($"/bookings/{held[number].Booking}/payment", held[number].Owner.Header, card)
                : throw new BenchException("All bookings are paid for. Hold more with --bookings.");
        }
    }

    public Task<LoadResult> RunAsync(int connections, TimeSpan time, CancellationToken cancel) =>
        SocketLoad.RunAsync(server.Address, connections, time, connection => WorkAsync(connection, cancel), cancel);

    private async Task WorkAsync(SocketConnection connection, CancellationToken cancel)
    {
        var (path, header, body) = next();
        var request = $"POST {path} HTTP/1.1\r\nHost: {server.Address.Authority}\r\n{header}\r\n"
            + $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}";
        await connection.ExchangeAsync(Encoding.ASCII.GetBytes(request), cancel);
        if (connection.Errors > 0)
            throw new BenchException($"{name}: {Encoding.UTF8.GetString(connection.Answer)}");
    }
}
