namespace Quittance.Core.Engine;

/// <summary>A command in a lane, with a promise of its outcome.</summary>
/// <param name="isPatient">Whether it is one of many of a long work.</param>
internal sealed class Pending(Command command, bool isPatient = false)
{
    private readonly TaskCompletionSource<Outcome> _promise = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Command Command { get; } = command;

    public bool IsPatient { get; } = isPatient;

    /// <summary>The command that is decided right after it, in the same batch; null for none. The lane of both clears it.</summary>
    public Pending? Follower { get; set; }

    public Task<Outcome> Outcome => _promise.Task;

    public void Answer(Outcome outcome) => _promise.TrySetResult(outcome);

    public void Fail(Exception bug) => _promise.TrySetException(bug);
}

/// <summary>A batch while it is decided: its commands, their changes, and the outcomes to give when it is durable.</summary>
internal sealed class Work(State state, EngineOptions options)
{
    private readonly List<(Pending Pending, SlotKey Slot)> _commands = [];
    private readonly List<(Pending Pending, Outcome Outcome)> _outcomes = [];
    private readonly HashSet<SlotKey> _slots = [];
    private DateTimeOffset _at;
    private DateTimeOffset _now;
    private int _captured;

    /// <summary>Whether there is nothing to write.</summary>
    public bool IsEmpty { get; private set; } = true;

    /// <summary>How far the times of its slots are ahead of the clock; not positive where they are not.</summary>
    public TimeSpan Ahead => _slots.Count == 0 ? TimeSpan.Zero : _slots.Max(state.LastAt) - _now;

    public Batch ToBatch() => new(Guid.CreateVersion7(_now), _at, _now, _slots, state, _captured);

    /// <summary>Takes a command in and asks for the rows it needs.</summary>
    public void Add(Pending pending, SlotKey slot, Wanted wanted)
    {
        _commands.Add((pending, slot));
        var command = pending.Command;
        Need(slot);
        foreach (var other in OthersOf(command, slot))
            Need(other);

        command.Want(wanted, state);
        foreach (var (use, _) in command.Keys(state.Find(command.Account)?.Account))
            wanted.Add(KeptAnswer.Shelf, use.Key);
        foreach (var reference in command.AllReferences())
        {
            if (state.Find(reference) is null)
                wanted.Add(NameRow.Shelf, reference);
        }

        void Need(SlotKey held)
        {
            _slots.Add(held);
            wanted.Slots.Add(held);
        }
    }

    /// <summary>Decides every command in order; each sees the changes of those before it.</summary>
    /// <param name="now">
    /// The clock. The events get a later time than the last batch of each slot, so that time never runs backwards in a slot and no two
    /// batches of it
    /// share one.
    /// </param>
    public void DecideAll(DateTimeOffset now)
    {
        _now = now;
        _at = _slots.Max(state.LastAt) is var last && last >= now ? last.AddMilliseconds(1) : now;
        foreach (var (pending, slot) in _commands)
            _outcomes.Add((pending, Hold(pending.Command, slot) ?? Replay(pending.Command) ?? Decide(pending.Command, slot)));
    }

    /// <summary>Gives the outcomes. Only for a durable batch.</summary>
    /// <param name="followUp">Gives the outcome of a command from which another one follows; null to give it at once.</param>
    public void AnswerAll(Action<Pending, Outcome, Func<Guid, Command>>? followUp = null)
    {
        foreach (var (pending, outcome) in _outcomes)
        {
            if (followUp is not null && outcome.Changes is { } changes
                && options.FollowUp?.Invoke(state, pending.Command, changes) is { } next)
            {
                followUp(pending, outcome, next);
            }
            else
            {
                pending.Answer(outcome);
            }
        }
    }

    private Outcome? Hold(Command command, SlotKey slot) =>
        !options.ChangesHeldBooks && (state.IsHeld(slot) || OthersOf(command, slot).Any(state.IsHeld))
            ? Outcome.Refused(Refusal.Held) : null;

    /// <summary>
    /// The slots that a command changes beside its own. An account that is not known has none, and the command is refused.
    /// </summary>
    private IEnumerable<SlotKey> OthersOf(Command command, SlotKey own) => command.Others.Count == 0 ? []
        : command.Others.Select(state.Find).OfType<NamedObject>().Select(other => own with { Slot = other.Slot });

    private Outcome? Replay(Command command)
    {
        if (!command.HasKeys)
            return null;
        List<KeyUse> unused = [];
        KeptAnswer? found = null;
        Refusal? taken = null;
        foreach (var (use, reused) in command.Keys(state.Find(command.Account)?.Account))
        {
            if (state.Find(KeptAnswer.Shelf, use.Key) is not { } kept)
                unused.Add(use);
            else if (!kept.RequestHash.Span.SequenceEqual(use.RequestHash.Span))
                taken ??= reused;
            else
                found ??= kept;
        }

        var wasRefused = found is { Faults.Count: > 0 };
        if (taken is { } refusal && !wasRefused)
            return TakenBefore(command, refusal, unused);
        if (found is null)
            return null;
        // A request that is known by one of its keys is known by all of them from now on. A refusal uses no reference up.
        foreach (var use in wasRefused ? [] : unused)
            Keep(use, found.Subject, found.Sequence, found.Faults);
        return new Outcome { Faults = found.Faults, Subject = found.Subject, Sequence = found.Sequence, Replayed = true };
    }

    /// <summary>Refuses a command, one of whose keys stands for another request.</summary>
    private Outcome TakenBefore(Command command, Refusal refusal, List<KeyUse> unused)
    {
        if (command.Key is { KeepsRefusals: true } use && unused.Contains(use))
            Keep(use, Guid.Empty, 0, [new Fault(refusal)]);
        return Outcome.Refused(refusal);
    }

    private Outcome Decide(Command command, SlotKey slot)
    {
        var own = state.Slot(slot);
        var decision = command.Decide(state, new Stamp(_at, _now, slot.Slot, own.LastNumber, options.Lease)
        {
            OpenFrom = own.OpenFrom,
            EffectiveOn = command.EffectiveOn,
            ApprovalLifetime = options.ApprovalLifetime,
            RestoredAt = own.RestoredAt,
            Zone = own.Zone ?? TimeZoneInfo.Utc,
        });
        if (decision.Changes is not { } changes)
        {
            if (command.Key is { KeepsRefusals: true } use && command.IsFinal(decision.Faults))
                Keep(use, Guid.Empty, 0, decision.Faults);
            return new Outcome { Faults = decision.Faults };
        }

        state.Apply(changes, slot);
        IsEmpty = false;
        _captured += changes.Captured;
        var last = changes.Last!;
        foreach (var (use, _) in command.Keys(state.Find(command.Account)?.Account))
            Keep(use, last.Subject, last.Sequence, []);
        return new Outcome { Subject = last.Subject, Sequence = last.Sequence, Changes = changes, View = changes.View };
    }

    private void Keep(KeyUse use, Guid subject, int sequence, IReadOnlyList<Fault> faults)
    {
        state.Put(new KeptAnswer(use.Key, use.RequestHash, subject, sequence, faults, use.Expires ? _now + KeptAnswer.KeptFor : null));
        IsEmpty = false;
    }
}
