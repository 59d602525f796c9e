using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Quittance.Tests.Running;

/// <summary>Keeps each line that is logged, with its exception.</summary>
/// <typeparam name="T">What logs.</typeparam>
internal sealed class KeptLog<T> : ILogger<T>
{
    public ConcurrentQueue<(LogLevel Level, string Text)> Lines { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue((logLevel, formatter(state, exception) + (exception is null ? "" : $" {exception}")));
}
