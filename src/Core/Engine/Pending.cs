namespace Quittance.Core.Engine;

/// <summary>A command on its way through a lane, and the promise of its outcome.</summary>
internal sealed class Pending(Command command)
{
    private readonly TaskCompletionSource<Outcome> _promise = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Command Command { get; } = command;

    public Task<Outcome> Outcome => _promise.Task;

    public void Answer(Outcome outcome) => _promise.TrySetResult(outcome);

    public void Fail(Exception bug) => _promise.TrySetException(bug);
}
