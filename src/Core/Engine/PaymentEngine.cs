namespace Quittance.Core.Engine;

/// <summary>The engine's few settings.</summary>
public sealed record EngineOptions
{
    /// <summary>
    /// How many lanes work side by side, each with a connection of its own; more than the machine has cores does not help, and
    /// more than eight have slots too few to share.
    /// </summary>
    public int Lanes { get; init; } = Math.Min(Environment.ProcessorCount, 8);

    /// <summary>
    /// The command, from a new id, that follows from a command and its changes on the state after it; null for none. The engine carries it
    /// out, again and again until it is refused, before the first one's outcome is given.
    /// </summary>
    public Func<State, Command, Changes, Func<Guid, Command>?>? FollowUp { get; init; }

    /// <summary>How many commands one commit takes at most.</summary>
    public int BatchLimit { get; init; } = 1024;

    /// <summary>How many commands of patient callers one commit takes at most while commands of others wait.</summary>
    public int PatientShare { get; init; } = 16;

    /// <summary>How many commands may wait in a lane before further ones are refused as overloaded.</summary>
    public int QueueLimit { get; init; } = 8192;

    /// <summary>How long commands wait for a database that can't be reached or does not answer before they are refused.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the clients of a commit that does not end wait before they are answered that its outcome is not known.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long a server holds an attempt while it asks the provider, at most 60 s; longer than any call to a provider may take.
    /// </summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an act above the limit may wait for a second person.</summary>
    public TimeSpan ApprovalLifetime { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Whether it changes held books too: for the work that takes over what providers have and restored books lack.</summary>
    public bool ChangesHeldBooks { get; init; }
}

/// <summary>
/// The only way to write: commands go to the lane of their account's slot, are decided in batches and get their outcomes after the
/// commit.
/// </summary>
public sealed class PaymentEngine : IAsyncDisposable
{
    private static readonly TimeSpan MostAhead = TimeSpan.FromMinutes(1);

    private readonly IStore _store;
    private readonly EngineOptions _options;
    private readonly TimeProvider _clock;
    private readonly Lane[] _lanes;
    private readonly EngineMeter _meter;
    private long _aheadTicks;
    private volatile bool _oneMerchantEach;
    private volatile bool _winding;
    private volatile bool _stopping;

    /// <summary>How long a server holds an attempt while it asks the provider.</summary>
    public TimeSpan Lease => _options.Lease;

    /// <summary>Why commits fail; null while they succeed.</summary>
    public StoreTrouble? Trouble => _store.Trouble;

    /// <summary>
    /// How far the time of the last slot that was ahead of the clock was ahead of it; null where none was by more than a minute.
    /// </summary>
    public TimeSpan? Ahead => Volatile.Read(ref _aheadTicks) is var ticks and > 0 ? TimeSpan.FromTicks(ticks) : null;

    /// <summary>Starts the lanes.</summary>
    public PaymentEngine(IStore store, TimeProvider clock, EngineOptions options)
    {
        (_store, _options, _clock) = (store, options, clock);
        _meter = new EngineMeter(() => _lanes?.Sum(lane => lane.Waiting) ?? 0);
        _lanes = [.. Enumerable.Range(0, options.Lanes).Select(_ => new Lane(this, store.OpenSession(), clock, options, _meter))];
    }

    /// <summary>
    /// Carries a command out. The outcome is given only when it is durable; a refusal has changed nothing.
    /// Refuses with <see cref="Refusal.Overloaded"/> when the lane's queue is full, unless the caller is patient.
    /// </summary>
    /// <param name="patient">
    /// For callers that bound their own commands in flight, such as a batch of records: waits instead of a refusal. Their commands for
    /// one target are decided in the order in which they are submitted.
    /// </param>
    public Task<Outcome> SubmitAsync(Command command, bool patient = false)
    {
        // A reference that enters the memory only now would let later records overtake earlier ones on their way to the same lane.
        var lane = patient ? FirstLaneOf(FirstSlotOf(command)) : LaneOf(command);
        if (_stopping || (patient ? _winding : !command.HasHappened && lane.Waiting >= _options.QueueLimit))
            return Task.FromResult(Outcome.Refused(Refusal.Overloaded));

        var pending = new Pending(command, patient);
        if (Telemetry.Spans.HasListeners())
            return SubmitTracedAsync(lane, pending);
        lane.Enqueue(pending);
        return pending.Outcome;
    }

    /// <summary>
    /// Carries out two commands for one account that have happened already, in one commit where both can be carried out.
    /// </summary>
    public (Task<Outcome> First, Task<Outcome> Second) SubmitTogether(Command first, Command second)
    {
        if (!first.HasHappened || !second.HasHappened || first.Account.Known is not { } account || account != second.Account.Known)
            throw new ArgumentException("Only what has happened to one account is submitted together.", nameof(second));
        if (_stopping)
            return (Task.FromResult(Outcome.Refused(Refusal.Overloaded)), Task.FromResult(Outcome.Refused(Refusal.Overloaded)));
        var pending = new Pending(first) { Follower = new Pending(second) };
        var behind = pending.Follower.Outcome;
        LaneOf(first).Enqueue(pending);
        return (pending.Outcome, behind);
    }

    /// <summary>
    /// The changes that a command would make now, or why it would be refused. It changes nothing, and takes no place in a queue.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The books can't be reached.</exception>
    public async Task<Outcome> PreviewAsync(Command command)
    {
        await using var session = OpenSession();
        var state = new State();
        if (command.ReferencesBefore().ToList() is { Count: > 0 } references)
            await session.ResolveAsync(references, state);
        var (work, wanted, pending) = (new Work(state, _options), new Wanted(), new Pending(command));
        work.Add(pending, Lane.SlotOf(command, state), wanted);
        await session.PrefetchAsync(wanted, state);
        work.DecideAll(_clock.GetUtcNow());
        await session.ReleaseAsync();
        work.AnswerAll();
        return await pending.Outcome;
    }

    /// <summary>
    /// Refuses patient callers from now on, so that long batches come to an end by themselves while single requests are still
    /// finished. For a server that was asked to stop.
    /// </summary>
    public void WindUp() => _winding = true;

    /// <summary>Takes no further commands, finishes those that wait, and closes the sessions.</summary>
    public async ValueTask DisposeAsync()
    {
        _stopping = true;
        await Task.WhenAll(_lanes.Select(lane => lane.DrainAsync()));
        _meter.Dispose();
    }

    /// <summary>
    /// The lane that owns a slot in this process. Where a batch has one merchant, one lane has all slots of a merchant: its batches are
    /// larger then.
    /// </summary>
    internal Lane LaneOf(SlotKey slot) => _oneMerchantEach ? _lanes[slot.Merchant.Value % _lanes.Length] : FirstLaneOf(slot);

    /// <summary>A session beside those of the lanes.</summary>
    internal IStoreSession OpenSession() => _store.OpenSession();

    /// <summary>From now on a batch has one merchant.</summary>
    internal void KeepMerchantsApart() => _oneMerchantEach = true;

    /// <summary>Takes note of how far slots are ahead of the clock.</summary>
    internal void NoteAhead(TimeSpan ahead)
    {
        if (ahead > MostAhead)
            Volatile.Write(ref _aheadTicks, ahead.Ticks);
    }

    /// <summary>Gives the outcome of a command once the commands that follow from it are carried out, as far as they can be now.</summary>
    internal void FollowUp(Pending pending, Outcome outcome, Func<Guid, Command> next) => _ = AnswerAfterAsync(pending, outcome, next);

    private async Task AnswerAfterAsync(Pending pending, Outcome outcome, Func<Guid, Command> next)
    {
        try
        {
            await FollowAsync(next);
        }
        catch (Exception) when (outcome.Accepted)
        {
            // The first command is committed, and what follows from it must not hide that.
        }

        pending.Answer(outcome);
    }

    /// <summary>Carries out one command after another until one is refused.</summary>
    /// <param name="next">The command, from a new id.</param>
    public async Task FollowAsync(Func<Guid, Command> next)
    {
        Outcome outcome;
        do
            outcome = await SubmitAsync(next(Guid.CreateVersion7(_clock.GetUtcNow())));
        while (outcome.Accepted);
    }

    /// <summary>Forgets what it remembers of the books: they were restored.</summary>
    public void Forget() => _store.Forget();

    /// <summary>The object of a reference, from memory only.</summary>
    internal NamedObject? Remembered(Reference reference) => _store.Remembered(reference);

    private static async Task<Outcome> SubmitTracedAsync(Lane lane, Pending pending)
    {
        using var span = Telemetry.Spans.StartActivity("submit command");
        span?.SetTag("quittance.command", pending.Command.GetType().Name)
            .SetTag("quittance.merchant", pending.Command.Origin.Merchant.Value);
        lane.Enqueue(pending);
        var outcome = await pending.Outcome;
        // A client's own word that a record is bad is kept as a refusal without a fault of ours.
        span?.SetTag("quittance.outcome", outcome.Accepted ? outcome.Replayed ? "repeated" : "accepted" : outcome.Faults is [var fault, ..]
            ? $"{fault.Refusal}" : "refused");
        return outcome;
    }

    private Lane LaneOf(Command command)
    {
        foreach (var name in command.Account.Names)
        {
            if (_store.Remembered(name) is { } remembered)
                return LaneOf(new SlotKey(command.Origin.Merchant, remembered.Slot));
        }

        return LaneOf(FirstSlotOf(command));
    }

    /// <summary>
    /// The lane that a slot itself leads to, without what is learned of the books meanwhile; it passes commands on in their order.
    /// </summary>
    private Lane FirstLaneOf(SlotKey slot) => _lanes[(slot.Merchant.Value + slot.Slot) % _lanes.Length];

    /// <summary>The slot that a command's target itself leads to, without the memory of references.</summary>
    private static SlotKey FirstSlotOf(Command command) =>
        new(command.Origin.Merchant, command.Account.Known?.Slot ?? command.Account.Names[0].HomeSlot());
}
