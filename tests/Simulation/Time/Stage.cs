namespace Quittance.Tests.Simulation.Time;

/// <summary>
/// Knows whether anything is going on. Work that sleeps in virtual time does not count: the schedule goes on only when
/// everything is asleep or finished, so that one thing happens after the other at every speed of the machine.
/// </summary>
internal sealed class Stage
{
    private readonly Lock _gate = new();
    private int _running;
    private TaskCompletionSource? _quiet;
    private Exception? _failure;

    /// <summary>Something begins or wakes up.</summary>
    public void Enter()
    {
        lock (_gate)
            _running++;
    }

    /// <summary>Something falls asleep or ends.</summary>
    public void Leave()
    {
        TaskCompletionSource? quiet = null;
        lock (_gate)
        {
            if (--_running == 0)
                (quiet, _quiet) = (_quiet, null);
        }

        quiet?.SetResult();
    }

    /// <summary>Something ended in a way in which nothing may.</summary>
    public void Fail(Exception failure)
    {
        lock (_gate)
            _failure ??= failure;
    }

    /// <summary>Waits until everything is asleep or finished.</summary>
    public async Task QuietAsync()
    {
        Task? quiet = null;
        lock (_gate)
        {
            if (_running > 0)
                quiet = (_quiet ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }

        if (quiet is not null)
            await quiet.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System);
        if (_failure is { } failure)
            throw new SimulationException($"Something broke that must not: {failure}");
    }
}
