using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Quittance.Host.Watching;

namespace Quittance.Tests.Standby;

/// <summary>
/// A server's log lines about outages, and all others from warnings up, but for those about seals, which come once a minute.
/// </summary>
internal sealed class OutageLog : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyList<string> Lines => [.. _lines];

    public void LogTo(ILoggingBuilder logging) => logging.AddProvider(this);

    public ILogger CreateLogger(string categoryName) =>
        new Part(_lines, categoryName switch
        {
            var name when name == typeof(OutageService).FullName => LogLevel.Information,
            var name when name == typeof(SealService).FullName => LogLevel.Error,
            _ => LogLevel.Warning,
        });

    public void Dispose()
    {
        // The test still reads it.
    }

    private sealed class Part(ConcurrentQueue<string> lines, LogLevel from) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= from;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                lines.Enqueue($"{logLevel}: {formatter(state, exception)}");
        }
    }
}
