using Quittance.Core.Payments;

namespace Quittance.Core.Engine;

/// <summary>A batch being decided: its commands, what they change, and the outcomes to tell once that is durable.</summary>
internal sealed class Work(State state, DateTimeOffset now)
{
    private readonly List<(Pending Pending, SlotKey Slot)> _commands = [];
    private readonly List<(Pending Pending, Outcome Outcome)> _outcomes = [];
    private readonly List<Changes> _changes = [];
    private readonly List<KeptAnswer> _kept = [];
    private readonly HashSet<SlotKey> _slots = [];

    /// <summary>Whether there is nothing to write.</summary>
    public bool IsEmpty => _changes.Count == 0 && _kept.Count == 0;

    /// <summary>What to commit.</summary>
    public Batch ToBatch() => new(Guid.CreateVersion7(now), now, _slots, state, _changes, _kept);

    /// <summary>Takes a command in and asks for the rows it needs.</summary>
    public void Add(Pending pending, SlotKey slot, Wanted wanted)
    {
        _commands.Add((pending, slot));
        _slots.Add(slot);
        wanted.Slots.Add(slot);
        var command = pending.Command;
        command.Want(wanted, state);
        foreach (var (key, _, _) in command.Keys(state.Locate(command.Account)?.Account))
            wanted.Keys.Add(key);
        foreach (var reference in command.AllReferences())
        {
            if (state.Find(reference) is null)
                wanted.Unknown.Add(reference);
        }
    }

    /// <summary>Decides every command in order; each sees what the ones before it changed.</summary>
    public void DecideAll()
    {
        foreach (var (pending, slot) in _commands)
            _outcomes.Add((pending, Replay(pending.Command) ?? Decide(pending.Command, slot)));
    }

    /// <summary>Tells everyone. Only to be called when the batch is durable.</summary>
    public void AnswerAll()
    {
        foreach (var (pending, outcome) in _outcomes)
            pending.Answer(outcome);
    }

    private Outcome? Replay(Command command)
    {
        foreach (var (key, hash, reused) in command.Keys(state.Locate(command.Account)?.Account))
        {
            if (state.Kept(key) is not { } kept)
                continue;
            if (!kept.RequestHash.Span.SequenceEqual(hash.Span))
                return Outcome.Refused(reused);
            return new Outcome { Faults = kept.Faults, Subject = kept.Subject, Sequence = kept.Sequence, Replayed = true };
        }

        return null;
    }

    private Outcome Decide(Command command, SlotKey slot)
    {
        var decision = command.Decide(state, new Stamp(now, slot.Slot, state.LastNumber(slot)));
        if (decision.Changes is not { } changes)
        {
            if (command.Key is { KeepsRefusals: true } use)
                Keep(new KeptAnswer(use.Key, use.RequestHash, Guid.Empty, 0, decision.Faults, Expires: true));
            return new Outcome { Faults = decision.Faults };
        }

        state.Apply(changes, slot);
        _changes.Add(changes);
        var told = changes.Events[^1];
        foreach (var (key, hash, reused) in command.Keys(state.Locate(command.Account)?.Account))
            Keep(new KeptAnswer(key, hash, told.Subject, told.Sequence, [], Expires: reused == Refusal.KeyReused));
        return new Outcome { Subject = told.Subject, Sequence = told.Sequence, Payment = PaymentView.Of(changes, state) };
    }

    private void Keep(KeptAnswer answer)
    {
        state.Keep(answer);
        _kept.Add(answer);
    }
}
