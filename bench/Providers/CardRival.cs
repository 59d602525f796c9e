using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Quittance.Bench.Books;
using Quittance.Bench.Contests;
using Quittance.Bench.Load;
using Quittance.Bench.Servers;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Books;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Payments;
using Quittance.Providers;
using Quittance.Storage.Lanes;
using Quittance.Storage.Providers;
using Quittance.Storage.Reading;

namespace Quittance.Bench.Providers;

/// <summary>
/// The server's own way of a card payment to the sandbox and back, in this process, one payment after the other and with no HTTP
/// in front: so each step can be timed.
/// </summary>
internal sealed class CardRival : IRival, IAsyncDisposable
{
    // So few that their names are all remembered after the first run, as those of most accounts are by a server.
    private const int Accounts = 100;

    private readonly TimeProvider _clock = TimeProvider.System;
    private readonly StepTimes _times = new();
    private readonly PaymentEngine _engine;
    private readonly Collector _collector;
    private readonly BenchMerchant _merchant;
    private readonly int _accounts;
    private int _runs;

    public CardRival(BenchDatabase database, ProviderBooks books, ServerProcess sandbox, int accounts)
    {
        (_merchant, Provider, _accounts) = (books.Sandbox, sandbox, Math.Min(accounts, Accounts));
        _engine = new PaymentEngine(new TimedStore(new PostgresStore(database.Source), _times), _clock, new EngineOptions());
        var providers = new ProviderDirectory(
            new ProviderAccounts(database.Source, books.Vault, _clock), new ProviderOptions(), _clock,
            NullLoggerFactory.Instance);
        _collector = new Collector(
            _engine, new TimedBooks(new Storage.Reading.Books(database.Source), _times), new Attempts(database.Source),
            new TimedProviders(providers, _times),
            new TimedVault(books.Vault, _times), new AttemptSchedule(), new Hold(IsHeld: false), _clock);
    }

    public string Name => "Card at the sandbox, no HTTP in front";

    public ServerProcess? Server => null;

    public ServerProcess? Provider { get; }

    public IReadOnlyList<(string Step, double MedianMs)> Steps => _times.Medians;

    public async Task<LoadResult> RunAsync(int connections, TimeSpan time, CancellationToken cancel)
    {
        // The first run only warms up.
        if (_runs++ == 1)
            _times.Clear();
        var random = new Random(_runs);
        var latencies = new Latencies();
        var cpu = Environment.CpuUsage.TotalTime;
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < time)
        {
            cancel.ThrowIfCancellationRequested();
            var payment = Payment(random);
            var sent = Stopwatch.GetTimestamp();
            _times.Begin();
            var outcome = await _collector.SubmitAsync(payment);
            _times.End();
            latencies.AddSince(sent);
            if (outcome.Payment?.Payment.Status != PaymentStatus.Captured)
                throw new BenchException($"A card payment was not captured: {string.Join(", ", outcome.Faults)}");
        }

        var elapsed = Stopwatch.GetElapsedTime(start);
        var all = Latencies.Of([latencies]);
        return new LoadResult(all.Count, 0, elapsed, all.Percentile(50), all.Percentile(99), Environment.CpuUsage.TotalTime - cpu);
    }

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    /// <summary>The command that TMF676 makes of a request.</summary>
    private RecordPayment Payment(Random random)
    {
        var number = random.Next(1, _accounts + 1);
        var amountMinor = (random.Next(RequestTemplate.SmallestAmount, RequestTemplate.LargestAmount + 1) * 100) + 50;
        var account = BenchAccounts.Tmf(_merchant.Id, number);
        return new RecordPayment(
            new Origin(_merchant.Id, Credential: 0, NewId()), AccountTarget.Named(account), new PaymentId(_merchant.Id, NewId()),
            account.Dialect)
        {
            Amount = new Core.Money(amountMinor, BenchAccounts.Currency),
            Instrument = BenchCards.Tmf(_merchant.Id, number),
            InstrumentMayBeUnknown = true,
        };
    }

    private Guid NewId() => Guid.CreateVersion7(_clock.GetUtcNow());
}
