using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Quittance.Core;
using Quittance.Core.Books;
using Quittance.Core.Engine;
using Quittance.Core.Providers;
using Quittance.Host;
using Quittance.Host.Providers;
using Quittance.Host.Watching;
using Quittance.Providers.Sandbox;
using Quittance.Storage;
using Quittance.Storage.Providers;
using Quittance.Storage.Reading;
using Quittance.Storage.Tenancy;
using Quittance.Tests.Running;
using Quittance.Tests.Webhooks;

namespace Quittance.Tests.Restoring;

/// <summary>Books and providers are compared day by day without a gap, a window at a time, by one server at a time.</summary>
[Long("the windows of several days")]
public sealed class DailyComparisonTests(BooksFixture books)
{
    private static readonly TimeSpan LongestWindow = TimeSpan.FromDays(1) + TimeSpan.FromMinutes(2);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Comparison_GoesOnWhereItEnded_AfterAnOutageOfDays()
    {
        await using var day = await ComparedDay.CreateAsync(books);
        var first = day.Clock.GetUtcNow();
        await day.CompareAsync();
        var since = day.Provider.Asked.Min(window => window.From);
        Assert.InRange(first - since, TimeSpan.FromHours(25), TimeSpan.FromHours(26));

        // No server runs for three days, and then the provider falls silent after a day and a half.
        day.Clock.Advance(TimeSpan.FromDays(3));
        day.Provider.SilentFrom = first + TimeSpan.FromHours(36);
        await day.CompareAsync();
        Assert.InRange((await day.ComparedUntilAsync())!.Value - first, TimeSpan.FromHours(35), TimeSpan.FromHours(36));
        Assert.Contains(day.Log.Lines, line => line.Text.Contains("no clear answer", StringComparison.Ordinal));
        day.Provider.SilentFrom = DateTimeOffset.MaxValue;
        await day.CompareAsync();

        var reached = since;
        foreach (var (from, until) in day.Provider.Asked.OrderBy(window => window.From))
        {
            Assert.True(from <= reached, $"Nothing was asked between {reached:O} and {from:O}.");
            Assert.True(until - from <= LongestWindow, $"{until - from} at once");
            reached = until > reached ? until : reached;
        }

        Assert.True(reached >= day.Clock.GetUtcNow() - TimeSpan.FromMinutes(16));
        var asked = day.Provider.Asked.Count;
        await day.CompareAsync();
        Assert.Equal(asked, day.Provider.Asked.Count);
    }

    [Fact]
    public async Task Difference_IsAnAlert_OnWhicheverPageItStands()
    {
        await using var day = await ComparedDay.CreateAsync(books);
        var at = day.Clock.GetUtcNow() - TimeSpan.FromHours(5);
        day.Provider.Listed.AddRange(
            Enumerable.Range(0, 5).Select(nth => new ListedRequest(
                Guid.CreateVersion7(at),
                Verb.Capture, Guid.CreateVersion7(at), new Money(100 + nth, Currency.Parse("EUR")), ProviderAnswer.Approved,
                at.AddSeconds(nth))));

        await day.CompareAsync();

        var alerts = day.Log.Lines.Select(line => line.Text).Where(line => line.StartsWith("ALERT", StringComparison.Ordinal)).ToList();
        Assert.Equal(5, alerts.Count);
        foreach (var listed in day.Provider.Listed)
            Assert.Contains(alerts, alert => alert.Contains($"{listed.Id}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task TwoServers_CompareOneWindowTwiceAtMost()
    {
        await using var day = await ComparedDay.CreateAsync(books);
        await day.CompareAsync();
        day.Clock.Advance(TimeSpan.FromDays(10));
        day.Provider.Asked.Clear();

        await Task.WhenAll(day.CompareAsync(), day.CompareAsync());

        var asked = day.Provider.Asked;
        var (begin, end) = (asked.Min(window => window.From), asked.Max(window => window.Until));
        // The windows of one server grow to a day, those of a server that comes between begin short again. Each is a little longer than
        // the time that it is for.
        Assert.InRange(asked.Count, 10, 30);
        var compared = asked.Aggregate(TimeSpan.Zero, (sum, window) => sum + (window.Until - window.From));
        Assert.InRange(compared - (end - begin), TimeSpan.Zero, TimeSpan.FromDays(1) + (2 * asked.Count * TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public async Task Windows_AreLongInAQuietTime_AndShortInABusyOne()
    {
        await using var day = await ComparedDay.CreateAsync(books);
        var (first, busy) = (day.Clock.GetUtcNow().AddDays(-300), day.Clock.GetUtcNow().AddDays(-100));
        day.Provider.PageSize = 2_500;
        for (var nth = 0; nth < 50_000; nth++)
        {
            var at = busy.AddSeconds(0.5 * nth);
            day.Provider.Listed.Add(new ListedRequest(
                Guid.CreateVersion7(at), Verb.Capture, Guid.CreateVersion7(at), new Money(100, Currency.Parse("EUR")),
                ProviderAnswer.Approved, at));
        }

        var windows = await day.WindowsAsync(first, day.Clock.GetUtcNow()).ToListAsync(Cancel);

        Assert.Equal(50_000, windows.Sum(window => window.Requests));
        Assert.True(windows.Max(window => window.Requests) <= 20_000);
        Assert.InRange(windows.Count, 300, 500);
    }

    [Fact]
    public async Task HeldBooks_AreNotCompared()
    {
        await using var day = await ComparedDay.CreateAsync(books);
        await day.CompareAsync(new Hold(IsHeld: true));
        Assert.Empty(day.Provider.Asked);
        Assert.Null(await day.ComparedUntilAsync());
    }

    /// <summary>A merchant that is connected with a provider in memory.</summary>
    private sealed class ComparedDay : IAsyncDisposable
    {
        private readonly OwnBooks _own;
        private readonly PaymentEngine _engine;
        private readonly MerchantId _merchant;

        private ComparedDay(OwnBooks own, MerchantId merchant) => (_own, _merchant, _engine) = (own, merchant, own.Engine());

        public SteppedClock Clock { get; } = new();

        public ListingProvider Provider { get; } = new();

        public KeptLog<ReconcileService> Log { get; } = new();

        public static async Task<ComparedDay> CreateAsync(BooksFixture books)
        {
            var own = await OwnBooks.CreateAsync(books);
            var merchant = await own.MerchantAsync();
            var accounts = new ProviderAccounts(own.Database, await RestorableTelco.VaultOfAsync(own.Database), TimeProvider.System);
            await accounts.SaveAsync(
                new ProviderAccount(merchant, SandboxProvider.ProviderName, new Uri("http://127.0.0.1:1"), "key", ["key"]), Cancel);
            return new ComparedDay(own, merchant);
        }

        public async Task CompareAsync(IHold? hold = null)
        {
            var reconciling = new ReconcilingBooks(_own.Database);
            using var outages = new OutageService(
                _engine, new WriteProof(_own.Database, TimeProvider.System), Topology.Single, TimeProvider.System,
                NullLogger<OutageService>.Instance);
            using var service = new ReconcileService(
                new Reconciliation(Provider, new Attempts(_own.Database), reconciling), reconciling, new Merchants(_own.Database, Clock),
                hold ?? new Hold(IsHeld: false), outages, Clock, Log);
            await service.TurnAsync(Cancel);
        }

        public IAsyncEnumerable<ComparedWindow> WindowsAsync(DateTimeOffset from, DateTimeOffset until) =>
            new Reconciliation(Provider, new Attempts(_own.Database), new ReconcilingBooks(_own.Database))
                .CompareAsync(_merchant, Provider, from, until, Cancel);

        public Task<DateTimeOffset?> ComparedUntilAsync() =>
            new ReconcilingBooks(_own.Database).ComparedUntilAsync(_merchant, SandboxProvider.ProviderName, Cancel);

        public async ValueTask DisposeAsync()
        {
            await _engine.DisposeAsync();
            await _own.DisposeAsync();
        }
    }

    /// <summary>Lists what a test gives it, a page at a time, until it falls silent.</summary>
    private sealed class ListingProvider : IProvider, IProviders
    {
        public ConcurrentBag<(DateTimeOffset From, DateTimeOffset Until)> Asked { get; } = [];

        public List<ListedRequest> Listed { get; } = [];

        public int PageSize { get; set; } = 2;

        public DateTimeOffset SilentFrom { get; set; } = DateTimeOffset.MaxValue;

        public string Name => SandboxProvider.ProviderName;

        public TimeSpan RequestLifetime => TimeSpan.FromMinutes(1);

        public Task<ProviderRecords?> ListAsync(DateTimeOffset from, DateTimeOffset until, string? page, CancellationToken cancel)
        {
            if (until > SilentFrom)
                return Task.FromResult<ProviderRecords?>(null);
            if (page is null)
                Asked.Add((from, until));
            var place = page is null ? 0 : int.Parse(page);
            var inside = Listed.FindAll(request => request.ChangedAt >= from && request.ChangedAt < until);
            return Task.FromResult<ProviderRecords?>(new ProviderRecords(
                [.. inside.Skip(place).Take(PageSize)], [], place + PageSize < inside.Count ? $"{place + PageSize}" : null));
        }

        public ValueTask<IProvider?> FindAsync(MerchantId merchant, string provider, CancellationToken cancel) =>
            new(provider == Name ? this : null);

        public Task<ProviderAnswer> FindAsync(Verb verb, ProviderRequest request, CancellationToken cancel) => throw Unasked();

        public Task<ProviderAnswer> AuthoriseAsync(ProviderRequest request, CancellationToken cancel) => throw Unasked();

        public Task<ProviderAnswer> CaptureAsync(ProviderRequest request, CancellationToken cancel) => throw Unasked();

        public Task<ProviderAnswer> VoidAsync(ProviderRequest request, CancellationToken cancel) => throw Unasked();

        public Task<ProviderAnswer> RefundAsync(ProviderRequest request, CancellationToken cancel) => throw Unasked();

        private static InvalidOperationException Unasked() => new("A comparison only lists.");
    }
}
