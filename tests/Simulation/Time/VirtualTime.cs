namespace Quittance.Tests.Simulation.Time;

/// <summary>A virtual clock, which moves only on command. Sleeping work wakes in the order of its times.</summary>
internal sealed class VirtualTime(Stage stage) : TimeProvider
{
    // The engine's pause before it tries the database again is of the real world, in which the database is.
    private static readonly TimeSpan RealPause = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly PriorityQueue<Action, (DateTimeOffset At, long Number)> _waiting = new();
    private DateTimeOffset _now = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);
    private long _number;

    /// <summary>When something wakes next; null: nothing sleeps.</summary>
    public DateTimeOffset? Next
    {
        get
        {
            lock (_gate)
                return _waiting.TryPeek(out _, out var next) ? next.At : null;
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
            return _now;
    }

    /// <summary>Sleeps; others go on meanwhile.</summary>
    public Task SleepAsync(TimeSpan span)
    {
        var woken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        At(span, () =>
        {
            stage.Enter();
            woken.SetResult();
        });
        stage.Leave();
        return woken.Task;
    }

    /// <summary>Does something later.</summary>
    public void At(TimeSpan later, Action what)
    {
        lock (_gate)
            _waiting.Enqueue(what, (_now + later, _number++));
    }

    /// <summary>Moves the clock on and wakes the work that is due until then.</summary>
    public async Task AdvanceAsync(TimeSpan span)
    {
        var until = GetUtcNow() + span;
        while (TakeDue(until) is { } due)
        {
            due();
            await stage.QuietAsync();
        }

        lock (_gate)
            _now = until;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime < RealPause)
            return System.CreateTimer(callback, state, TimeSpan.FromMilliseconds(1), period);
        var timer = new Sleeper();
        At(dueTime, () =>
        {
            stage.Enter();
            callback(state);
        });
        stage.Leave();
        return timer;
    }

    private Action? TakeDue(DateTimeOffset until)
    {
        lock (_gate)
        {
            if (!_waiting.TryPeek(out _, out var next) || next.At > until)
                return null;
            _now = next.At > _now ? next.At : _now;
            return _waiting.Dequeue();
        }
    }

    private sealed class Sleeper : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => throw new NotSupportedException("A pause does not change.");

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
