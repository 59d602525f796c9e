using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Quittance.Core.Instruments;
using Quittance.Dialects.Http;
using Quittance.Host;
using Quittance.Tests.Running;

namespace Quittance.Tests.TrainTravel;

/// <summary>No thief finds out by bookings which cards are good.</summary>
public sealed class TriedOutTests(BooksFixture books)
{
    private const string BadCard = "4000000000000002";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Booking_TakesTenTries()
    {
        var traveller = await Traveller.OpenAsync(books);
        var booking = await traveller.BookAsync();
        var first = await traveller.PayAsync(booking, Traveller.Card(BadCard), key: "first");
        for (var tries = 1; tries < 10; tries++)
            Assert.Equal("failed", (string)(await traveller.PayAsync(booking, Traveller.Card(BadCard))).Json["status"]!);

        Assert.Equal((409, "tries-exhausted"), (await traveller.PayAsync(booking, Traveller.Card())).Problem);

        Assert.Equal(10, await traveller.AttemptsAsync(booking));
        Assert.Equal(first.Text, (await traveller.PayAsync(booking, Traveller.Card(BadCard), key: "first")).Text);
        var other = await traveller.BookAsync();
        Assert.Equal("succeeded", (string)(await traveller.PayAsync(other, Traveller.Card())).Json["status"]!);
        await books.AssertBooksAreCleanAsync();
    }

    [Fact]
    public async Task CardAndMerchant_AreRefusedAfterTheirDeclines_AndTheSecurityLogSaysSo()
    {
        using var heard = new SecurityLines();
        var reasons = new ConcurrentBag<(object? Outcome, object? Reason)>();
        using var measures = ReasonsTo(reasons);
        await using var server = await ServeAsync(heard);
        using var client = new HttpClient { BaseAddress = new Uri(server.Urls.Single()) };
        var traveller = await Traveller.OpenAsync(books);

        var first = await PayAsync(BadCard, key: "first");
        Assert.Equal("failed", (string)(await PayAsync(BadCard)).Json["status"]!);
        Assert.Equal((409, "tries-exhausted"), (await PayAsync(BadCard)).Problem);
        // It is refused before the provider hears of it, and leaves no number behind.
        Assert.Equal("succeeded", (string)(await PayAsync(Traveller.GoodCard)).Json["status"]!);
        Assert.Equal(["card.refused"], heard.Kinds);

        Assert.Equal("failed", (string)(await PayAsync("4000000000009995")).Json["status"]!);
        Assert.Equal("failed", (string)(await PayAsync("4000000000000127")).Json["status"]!);
        Assert.Equal((409, "tries-exhausted"), (await PayAsync(Traveller.GoodCard)).Problem);
        Assert.Equal(["card.refused", "cards.refused"], heard.Kinds);
        var again = await SendAsync(_first, BadCard, "first");
        Assert.Equal((first.Text, true), (again.Text, again.Replayed));
        Assert.Superset(
            new HashSet<(object?, object?)> { ("declined", "declined"), ("declined", "security_code_wrong"), ("approved", null) },
            reasons.ToHashSet());
        await server.StopAsync(Cancel);

        async Task<TravelAnswer> PayAsync(string number, string? key = null)
        {
            var booking = await traveller.BookAsync();
            if (key is not null)
                _first = booking;
            return await SendAsync(booking, number, key);
        }

        Task<TravelAnswer> SendAsync(Guid booking, string number, string? key) => Traveller.SendAsync(
            client, $"Bearer {traveller.Token}", HttpMethod.Post, $"/bookings/{booking:D}/payment", Traveller.Card(number), key);
    }

    private Guid _first;

    /// <summary>Hears of calls to providers how they were answered, and why.</summary>
    private static MeterListener ReasonsTo(ConcurrentBag<(object? Outcome, object? Reason)> heard)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listens) =>
            {
                if (instrument.Name == "quittance.attempts")
                    listens.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) =>
        {
            var named = tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value);
            heard.Add((named["outcome"], named.GetValueOrDefault("reason")));
        });
        listener.Start();
        return listener;
    }

    private async Task<WebApplication> ServeAsync(SecurityLines heard)
    {
        var port = BooksFixture.FreePort();
        var server = HostedServer.Build(
            new ServerSettings(IPAddress.Loopback, port, new PublicAddress($"http://127.0.0.1:{port}"), IsDemo: false)
            {
                CardTries = new CardTryLimits(OfACard: 2, OfAMerchant: 4),
            },
            books.Database, books.Engine, books.Vault, logging => logging.Services.AddSingleton<ILoggerProvider>(heard));
        await server.StartAsync(Cancel);
        return server;
    }

    /// <summary>The kinds of the lines of the security log that are about cards.</summary>
    private sealed class SecurityLines : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _kinds = new();

        public IReadOnlyList<string> Kinds => [.. _kinds.Where(kind => kind.StartsWith("card", StringComparison.Ordinal))];

        public ILogger CreateLogger(string categoryName) =>
            categoryName == "Quittance.Security" ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _kinds.Enqueue((string)((IEnumerable<KeyValuePair<string, object?>>)state!).Single(one => one.Key == "Kind").Value!);

        public void Dispose()
        {
        }
    }
}
