using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Npgsql;
using Quittance.Sandbox.Books;

namespace Quittance.Tests.Running;

/// <summary>
/// Looks through all that leaves the server (log lines of every level, spans, answers, tables) for secrets: numbers of cards and
/// bank accounts, security codes, keys and tokens.
/// </summary>
internal sealed class SecretWatch : ILoggerProvider
{
    private const string GoodCard = "4242424242424242";
    private const int ShownOfLeak = 120;
    private const int MostBugs = 5;

    // Looking is quick however many secrets there are, but getting ready for that takes megabytes: it is done for many at once.
    private const int MostRecent = 256;

    private readonly Lock _lock = new();
    private readonly HashSet<string> _secrets = [];
    private readonly HashSet<string> _recent = [];
    private readonly ConcurrentDictionary<string, string> _seen = [];
    private readonly ConcurrentQueue<Exception> _bugs = [];
    private SearchValues<string> _most = SearchValues.Create([], StringComparison.Ordinal);
    private SearchValues<string> _latest = SearchValues.Create([], StringComparison.Ordinal);

    /// <summary>A watch for the numbers that the sandbox knows and that the tests use.</summary>
    public SecretWatch() => Add(
    [
        GoodCard, .. Behaviours.ByCardNumber.Keys,
        "DE02120300000000202051", "DE45120300000000000002", "DE18120300000000000003", "DE89370400440532013000",
        "CH9300762011623852957", "CH4700762011623850002", "CH2000762011623850003",
    ]);

    /// <summary>The one of the whole run.</summary>
    public static SecretWatch OfTheRun { get; } = new();

    /// <summary>Where secrets were seen, each place once, without the secrets.</summary>
    public IReadOnlyCollection<string> Seen => [.. _seen.Select(seen => $"{seen.Key}: {seen.Value}")];

    /// <summary>The latest errors that a server did not expect, so that a test can show them beside an answer of 500.</summary>
    public string Bugs => string.Join('\n', _bugs);

    /// <summary>Looks for more secrets from now on.</summary>
    public void Add(IEnumerable<string> secrets)
    {
        lock (_lock)
        {
            foreach (var form in secrets.SelectMany(FormsOf).Where(form => !_secrets.Contains(form)))
                _recent.Add(form);
            if (_recent.Count > MostRecent)
            {
                _secrets.UnionWith(_recent);
                _most = SearchValues.Create([.. _secrets], StringComparison.Ordinal);
                _recent.Clear();
            }

            _latest = SearchValues.Create([.. _recent], StringComparison.Ordinal);
        }
    }

    /// <summary>Looks at a text.</summary>
    public void Look(string place, ReadOnlySpan<char> text)
    {
        // In this order: what moves from the one to the other meanwhile is in both.
        var at = text.IndexOfAny(_latest);
        if (at < 0)
            at = text.IndexOfAny(_most);
        if (at < 0)
            return;
        var before = text[Math.Max(0, at - ShownOfLeak)..at];
        _seen.TryAdd(place, $"{before}…");
    }

    /// <summary>Looks at every column of every row of every table. Bytes stand there in hexadecimal.</summary>
    public async Task LookAtTablesAsync(NpgsqlDataSource database)
    {
        List<string> tables = [];
        await using (var list = database.CreateCommand("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"))
        await using (var reader = await list.ExecuteReaderAsync(CancellationToken.None))
        {
            while (await reader.ReadAsync(CancellationToken.None))
                tables.Add(reader.GetString(0));
        }

        foreach (var table in tables)
        {
            await using var rows = database.CreateCommand($"SELECT x::text FROM {table} x");
            await using var reader = await rows.ExecuteReaderAsync(CancellationToken.None);
            while (await reader.ReadAsync(CancellationToken.None))
                Look($"table {table}", reader.GetString(0));
        }
    }

    /// <summary>Has a server log everything here, and on the console what it would log there anyway.</summary>
    public void LogTo(ILoggingBuilder logging) =>
        logging.AddFilter<ConsoleLoggerProvider>(null, LogLevel.Warning).SetMinimumLevel(LogLevel.Trace)
            // A page has hundreds of parts, and a line for the coming and going of each, which tells its type and nothing else.
            .AddFilter("Microsoft.AspNetCore.Components.RenderTree", LogLevel.Information).AddProvider(this);

    /// <summary>Looks at the spans of all sources until disposed.</summary>
    public IDisposable ListenToSpans()
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = LookAt,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    public void AssertNothingSeen() => Assert.True(_seen.IsEmpty, $"Secrets were seen in\n{string.Join('\n', Seen)}");

    public ILogger CreateLogger(string categoryName) => new WatchedLog(this, categoryName);

    public void Dispose()
    {
        // The servers that log here come and go.
    }

    private void Keep(Exception bug)
    {
        _bugs.Enqueue(bug);
        if (_bugs.Count > MostBugs)
            _bugs.TryDequeue(out _);
    }

    private void LookAt(Activity span)
    {
        var place = $"a span of {span.Source.Name}";
        Look(place, span.DisplayName);
        foreach (var tag in span.TagObjects.Concat(span.Events.SelectMany(happened => happened.Tags)))
            Look($"{place}, {tag.Key}", $"{tag.Value}");
        foreach (var item in span.Baggage)
            Look($"{place}, {item.Key}", item.Value);
    }

    /// <summary>A secret, as it may be written: also in groups of four, and as bytes.</summary>
    private static IEnumerable<string> FormsOf(string secret)
    {
        yield return secret;
        yield return Convert.ToHexStringLower(Encoding.UTF8.GetBytes(secret));
        if (secret.All(char.IsAsciiLetterOrDigit) && secret.Count(char.IsAsciiDigit) >= 13)
        {
            yield return string.Join(' ', secret.Chunk(4).Select(group => new string(group)));
            yield return string.Join('-', secret.Chunk(4).Select(group => new string(group)));
        }

        var bytes = new byte[secret.Length];
        if (Convert.TryFromBase64String(secret.Replace("whsec_", "", StringComparison.Ordinal), bytes, out var length) && length >= 24)
            yield return Convert.ToHexStringLower(bytes.AsSpan(0, length));
    }

    private sealed class WatchedLog(SecretWatch watch, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            watch.Look($"a scope of {category}", $"{state}");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var place = $"a log line of {category}, {eventId}";
            watch.Look(place, formatter(state, exception));
            if (exception is not null)
                watch.Look(place, exception.ToString());
            if (exception is not null && logLevel >= LogLevel.Error)
                watch.Keep(exception);
            if (state is IReadOnlyList<KeyValuePair<string, object?>> values)
            {
                foreach (var value in values)
                    watch.Look(place, $"{value.Value}");
            }
        }
    }
}
