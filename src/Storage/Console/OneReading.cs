using System.Collections.Concurrent;

namespace Quittance.Storage.Console;

/// <summary>One reading at a time of what is the same for all who ask: who asks meanwhile takes what it brings.</summary>
/// <typeparam name="TKey">What is read.</typeparam>
/// <typeparam name="T">What it brings.</typeparam>
internal sealed class OneReading<TKey, T>
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Task<T>> _running = new();

    /// <summary>The reading that is under way; null where none is.</summary>
    public Task<T>? UnderWay(TKey key) => _running.GetValueOrDefault(key);

    /// <summary>The reading that is under way, or one that begins. It goes on when whoever began it waits no more.</summary>
    public Task<T> Begin(TKey key, Func<Task<T>> read)
    {
        var mine = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = _running.GetOrAdd(key, mine.Task);
        if (running == mine.Task)
            _ = RunAsync(key, read, mine);
        return running;
    }

    private async Task RunAsync(TKey key, Func<Task<T>> read, TaskCompletionSource<T> done)
    {
        try
        {
            var brought = await read();
            _running.TryRemove(key, out _);
            done.SetResult(brought);
        }
        catch (Exception failure)
        {
            // Whoever waits for it is told; where nobody does, the next one who asks begins anew.
            _running.TryRemove(key, out _);
            done.SetException(failure);
            _ = done.Task.Exception;
        }
    }
}
