using System.Diagnostics;
using System.Text;
using Quittance.Bench.Contests;
using Quittance.Bench.Load;
using Quittance.Bench.Servers;

namespace Quittance.Bench.Sessions;

/// <summary>Sessions over HTTP: opened only, or opened, paid in and booked, one step after the other on one connection.</summary>
/// <param name="accounts">How many customers it has; they count from 1.</param>
/// <param name="payment">The instrument with which the widget pays; null where sessions are only opened.</param>
internal sealed class SessionRival(string name, ServerProcess server, Studio studio, int accounts, string? payment) : IRival
{
    private readonly SessionRequests _requests = new(server.Address, studio);
    private readonly OrderedDictionary<string, Latencies> _steps = [];

    public string Name => name;

    public ServerProcess? Server => server;

    public ServerProcess? Provider { get; init; }

    /// <summary>The median of each step in milliseconds, of one session at a time.</summary>
    public IReadOnlyList<(string Step, double MedianMs)> Steps =>
        [.. _steps.Select(step => (step.Key, Latencies.Of([step.Value]).Percentile(50)))];

    public Task<LoadResult> RunAsync(int connections, TimeSpan time, CancellationToken cancel) =>
        SocketLoad.RunAsync(server.Address, connections, time, connection => WorkAsync(connection, connections == 1, cancel), cancel);

    private async Task WorkAsync(SocketConnection connection, bool isAlone, CancellationToken cancel)
    {
        var customer = Random.Shared.Next(1, accounts + 1);
        var amount = Random.Shared.Next(RequestTemplate.SmallestAmount, RequestTemplate.LargestAmount + 1);
        await StepAsync("session opened", _requests.Open(customer, amount));
        if (payment is null)
            return;
        await StepAsync("paid in the widget", _requests.Pay(TextOf("\"token\":\""u8), payment));
        await StepAsync("booked", _requests.Book(customer, amount, TextOf("\"paymentRequestToken\":\""u8)));

        async Task StepAsync(string step, byte[] request)
        {
            var start = Stopwatch.GetTimestamp();
            await connection.ExchangeAsync(request, cancel);
            if (connection.Errors > 0)
                throw new BenchException($"{name}, {step}: {Encoding.UTF8.GetString(connection.Answer)}");
            if (isAlone)
                Of(step).AddSince(start);
        }

        string TextOf(ReadOnlySpan<byte> before)
        {
            var rest = connection.Answer[(connection.Answer.IndexOf(before) + before.Length)..];
            return Encoding.ASCII.GetString(rest[..rest.IndexOf((byte)'"')]);
        }
    }

    private Latencies Of(string step)
    {
        if (!_steps.TryGetValue(step, out var latencies))
            _steps.Add(step, latencies = new Latencies());
        return latencies;
    }
}
