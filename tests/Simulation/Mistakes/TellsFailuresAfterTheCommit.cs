using Quittance.Core;
using Quittance.Core.Collecting;
using Quittance.Core.Engine;

namespace Quittance.Tests.Simulation.Mistakes;

/// <summary>Answers that the books can't be reached where a read failed after the commit: the client takes it that nothing was done.</summary>
internal sealed class TellsFailuresAfterTheCommit
{
    private readonly Collector _collector;
    private readonly AsyncLocal<Trouble?> _trouble = new();

    public TellsFailuresAfterTheCommit(Collector collector)
    {
        _collector = collector;
        collector.Interrupted += (_, _) => _trouble.Value?.Note();
    }

    public async Task<Outcome> SubmitAsync(Command command)
    {
        var trouble = _trouble.Value = new Trouble();
        var outcome = await _collector.SubmitAsync(command);
        return trouble.IsThere ? Outcome.Refused(Refusal.Unavailable) : outcome;
    }

    private sealed class Trouble
    {
        public bool IsThere { get; private set; }

        public void Note() => IsThere = true;
    }
}
