using System.Threading.Channels;

namespace Quittance.Core.Engine;

/// <summary>
/// A queue with one worker and one session. It takes all that waits as one batch: reads it in one round trip, decides one by
/// one, writes and commits in a second. Batches grow by themselves when commits are slower than arrivals.
/// </summary>
internal sealed class Lane
{
    private const int ConflictRounds = 3;
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestAtStop = TimeSpan.FromSeconds(1);

    private readonly Channel<Pending> _queue = Channel.CreateUnbounded<Pending>(new() { SingleReader = true });
    private readonly Queue<Pending> _prompt = [];
    private readonly Queue<Pending> _patient = [];
    private readonly Dictionary<MerchantId, Task> _unresolved = [];
    private readonly PaymentEngine _engine;
    private readonly IStoreSession _session;
    private readonly TimeProvider _clock;
    private readonly EngineOptions _options;
    private readonly EngineMeter _meter;
    private readonly Task _worker;
    private int _waiting;
    private bool _stopping;
    private MerchantId _merchant;
    private (DateTimeOffset Since, DateTimeOffset Last)? _outage;

    public Lane(PaymentEngine engine, IStoreSession session, TimeProvider clock, EngineOptions options, EngineMeter meter)
    {
        (_engine, _session, _clock, _options, _meter) = (engine, session, clock, options, meter);
        _worker = Task.Run(WorkAsync);
    }

    /// <summary>How many commands wait.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    public void Enqueue(Pending pending)
    {
        var count = pending.Follower is null ? 1 : 2;
        Interlocked.Add(ref _waiting, count);
        if (_queue.Writer.TryWrite(pending))
            return;
        Interlocked.Add(ref _waiting, -count);
        pending.Follower?.Answer(Outcome.Refused(Refusal.Overloaded));
        pending.Answer(Outcome.Refused(Refusal.Overloaded));
    }

    /// <summary>Finishes the waiting commands, then ends.</summary>
    public async Task DrainAsync()
    {
        Volatile.Write(ref _stopping, true);
        _queue.Writer.TryComplete();
        await _worker;
        await Task.WhenAll(_unresolved.Values);
        await _session.DisposeAsync();
    }

    private async Task WorkAsync()
    {
        var batch = new List<Pending>(_options.BatchLimit);
        while (_prompt.Count + _patient.Count > 0 || await _queue.Reader.WaitToReadAsync())
        {
            TakeBatch(batch);
            foreach (var commands in await ApartAsync(batch))
                await CarryOutAsync(commands);
            batch.Clear();
        }
    }

    /// <summary>
    /// Takes a batch. While commands wait that a client sent singly, those of long work get a small share of it, so that no single one
    /// waits for the many; the share keeps the long work going.
    /// </summary>
    private void TakeBatch(List<Pending> batch)
    {
        Sort();
        Take(_patient, batch, _prompt.Count == 0 ? _options.BatchLimit : _options.PatientShare);
        Take(_prompt, batch, _options.BatchLimit);
    }

    private void Sort()
    {
        while (_queue.Reader.TryRead(out var pending))
            (pending.IsPatient ? _patient : _prompt).Enqueue(pending);
    }

    /// <summary>Takes what waits first, with what is to be decided right after it.</summary>
    private void Take(Queue<Pending> waiting, List<Pending> batch, int limit)
    {
        while (batch.Count < limit && waiting.TryDequeue(out var pending))
        {
            batch.Add(pending);
            if (pending.Follower is { } behind)
            {
                batch.Add(behind);
                pending.Follower = null;
                Interlocked.Decrement(ref _waiting);
            }

            Interlocked.Decrement(ref _waiting);
        }
    }

    /// <summary>The commands of each merchant apart, where the books want that.</summary>
    private async Task<IReadOnlyList<List<Pending>>> ApartAsync(List<Pending> commands)
    {
        var first = commands[0].Command.Origin.Merchant;
        if (commands.TrueForAll(pending => pending.Command.Origin.Merchant == first)
            || !await WatchAsync(_session.TakesOneMerchantAsync(), _clock.GetTimestamp()))
        {
            return [commands];
        }

        _engine.KeepMerchantsApart();
        return [.. commands.GroupBy(pending => pending.Command.Origin.Merchant).Select(own => own.ToList())];
    }

    /// <summary>
    /// Carries a batch out whole; where that meets a conflict, one command at a time. Every command is answered or passed on.
    /// </summary>
    private async Task CarryOutAsync(List<Pending> commands)
    {
        try
        {
            if (await TryCarryOutAsync(commands) || commands.Count == 1)
                return;
        }
        catch (Exception bug) when (commands.Count == 1)
        {
            await _session.ReleaseAsync();
            commands[0].Fail(bug);
            return;
        }
        catch (Exception)
        {
            // One command's bug must not take its neighbours down: each gets its own try below, and the bug shows there.
        }

        foreach (var command in commands)
            await CarryOutAsync([command]);
    }

    /// <summary>False when the batch as a whole can't be carried out and has changed nothing.</summary>
    private async Task<bool> TryCarryOutAsync(List<Pending> commands)
    {
        using var span = Telemetry.Spans.StartActivity("carry out batch");
        span?.SetTag("quittance.batch.size", commands.Count);
        _merchant = commands[0].Command.Origin.Merchant;
        var conflicts = 0;
        while (true)
        {
            Work? work;
            try
            {
                work = await DecideAsync(commands);
            }
            catch (StoreUnavailableException)
            {
                if (await HasPatienceAsync())
                    continue;
                AnswerAll(commands, Refusal.Unavailable);
                return true;
            }

            if (work is null)
                continue;

            switch (work.IsEmpty ? CommitFate.Committed : await CommitAsync(work, commands))
            {
                case null:
                    return true;
                case CommitFate.Committed:
                    _outage = null;
                    work.AnswerAll(_engine.FollowUp);
                    return true;
                case CommitFate.Again:
                    if (await HasPatienceAsync())
                        continue;
                    AnswerAll(commands, Refusal.Unavailable);
                    return true;
                case CommitFate.OutOfRange when commands.Count == 1:
                    AnswerAll(commands, Refusal.BalanceOutOfRange);
                    return true;
                case CommitFate.KeyGone when commands.Count == 1:
                    AnswerAll(commands, Refusal.Unavailable);
                    return true;
                case CommitFate.Conflict when commands.Count == 1 && ++conflicts < ConflictRounds:
                    continue;
                case CommitFate.Conflict when commands.Count == 1:
                    throw new InvalidOperationException("A unique constraint is violated, and no key or reference explains it.");
                case CommitFate.Unknown:
                    FailAll(commands, Stopped());
                    return true;
                default:
                    return false;
            }
        }
    }

    /// <summary>Reads and decides. Null when a reference came into being meanwhile, and all must be read again.</summary>
    private async Task<Work?> DecideAsync(List<Pending> commands)
    {
        // What a merchant's batch that was left has done comes first.
        if (_unresolved.TryGetValue(_merchant, out var findingOut) && !findingOut.IsCompleted)
            throw new StoreUnavailableException();
        var state = new State();
        var missing = await ResolveAsync(commands, state);
        PassOn(commands, state);
        var work = new Work(state, _options);
        if (commands.Count == 0)
            return work;

        var wanted = new Wanted();
        foreach (var pending in commands)
            work.Add(pending, SlotOf(pending.Command, state), wanted);

        await WatchAsync(_session.PrefetchAsync(wanted, state), _clock.GetTimestamp());
        if (missing.Any(reference => state.Find(reference) is not null))
        {
            await _session.ReleaseAsync();
            return null;
        }

        // The slots are ours from here on: no event of theirs has a later time, and none that follows has an earlier one.
        work.DecideAll(Now());
        _engine.NoteAhead(work.Ahead);
        if (work.IsEmpty)
            await WatchAsync(_session.ConfirmAsync(), _clock.GetTimestamp());
        return work;
    }

    /// <summary>Hands commands on whose account turned out to lie in a slot of another lane.</summary>
    private void PassOn(List<Pending> commands, State state) => commands.RemoveAll(pending =>
    {
        var owner = _engine.LaneOf(SlotOf(pending.Command, state));
        if (owner != this)
            owner.Enqueue(pending);
        return owner != this;
    });

    /// <summary>Looks up what the commands speak of. Returns the references that name nothing yet.</summary>
    private async Task<IReadOnlyCollection<Reference>> ResolveAsync(List<Pending> commands, State state)
    {
        HashSet<Reference>? unresolved = null;
        foreach (var pending in commands)
        {
            foreach (var reference in pending.Command.ReferencesBefore())
                unresolved = Recall(reference, state, unresolved);
        }

        if (unresolved is null)
            return [];
        await WatchAsync(_session.ResolveAsync(unresolved, state), _clock.GetTimestamp());
        unresolved.RemoveWhere(reference => state.Find(reference) is not null);
        return unresolved;
    }

    private HashSet<Reference>? Recall(Reference reference, State state, HashSet<Reference>? unresolved)
    {
        if (_engine.Remembered(reference) is { } referent)
            state.Load(reference, referent);
        else
            (unresolved ??= []).Add(reference);
        return unresolved;
    }

    internal static SlotKey SlotOf(Command command, State state) => new(
        command.Origin.Merchant, state.Find(command.Account)?.Slot ?? command.Account.Names[0].HomeSlot());

    /// <summary>
    /// Commits, and returns when the fate of the commit is known, or when the lane stops before that. Null where the node is away and the
    /// lane leaves the commands to <see cref="ResolveFateAsync"/>.
    /// </summary>
    private async Task<CommitFate?> CommitAsync(Work work, List<Pending> commands)
    {
        var (begun, batch) = (_clock.GetTimestamp(), work.ToBatch());
        var fate = await WatchAsync(_session.CommitAsync(batch), begun, commands);
        while (fate == CommitFate.Unknown)
        {
            try
            {
                fate = await WatchAsync(_session.WasCommittedAsync(batch), begun, commands) ? CommitFate.Committed : CommitFate.Again;
            }
            catch (StoreUnavailableException)
            {
                if (Volatile.Read(ref _stopping))
                    break;
                // This batch waits as long as it takes; the commands behind it and its own clients do not have to.
                NoteOutage(_clock.GetUtcNow());
                if (_clock.GetElapsedTime(begun) > _options.Patience && _session.AwaySince(_merchant) is not null)
                {
                    _unresolved[_merchant] = ResolveFateAsync(work, batch, [.. commands], begun);
                    return null;
                }

                await Task.Delay(RetryPause, _clock);
                EndLongWaits(begun, commands);
            }
        }

        if (fate == CommitFate.Committed)
            _meter.Committed(commands.Count, batch, _clock.GetElapsedTime(begun));
        return fate;
    }

    /// <summary>
    /// Finds out the fate of a batch whose node is away, while the lane goes on with the merchants of the others. Commands that were not
    /// committed, and whose clients still wait, come into the lane again.
    /// </summary>
    private async Task ResolveFateAsync(Work work, Batch batch, List<Pending> commands, long begun)
    {
        await using var session = _engine.OpenSession();
        while (!Volatile.Read(ref _stopping))
        {
            try
            {
                var asking = session.WasCommittedAsync(batch);
                while (!asking.IsCompleted)
                {
                    await ((Task)asking).WaitAsync(RetryPause, _clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    if (Volatile.Read(ref _stopping))
                        session.BreakOff();
                    EndLongWait(begun, commands);
                }

                if (await asking)
                {
                    _meter.Committed(commands.Count, batch, _clock.GetElapsedTime(begun));
                    work.AnswerAll();
                }
                else
                {
                    commands.FindAll(pending => !pending.Outcome.IsCompleted).ForEach(Enqueue);
                }

                return;
            }
            catch (Exception)
            {
                // It does not tell the fate, so the lane asks again.
                EndLongWait(begun, commands);
                await Task.Delay(RetryPause, _clock);
            }
        }

        FailAll(commands, Stopped());
    }

    private async Task<T> WatchAsync<T>(Task<T> step, long begun, IReadOnlyList<Pending>? committed = null)
    {
        await WatchAsync((Task)step, begun, committed);
        return await step;
    }

    /// <summary>
    /// Waits for a step of the session, which may take as long as a standby of the database stands still. A lane that stops does not wait.
    /// </summary>
    private async Task WatchAsync(Task step, long begun, IReadOnlyList<Pending>? committed = null)
    {
        while (true)
        {
            await step.WaitAsync(RetryPause, _clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (step.IsCompleted)
                break;
            EndLongWaits(begun, committed);
            if (_clock.GetElapsedTime(begun) > LongestAtStop && Volatile.Read(ref _stopping))
                _session.BreakOff();
        }

        try
        {
            await step;
        }
        catch (StoreUnavailableException)
        {
            NoteOutage(_clock.GetUtcNow() - _clock.GetElapsedTime(begun));
            throw;
        }
    }

    /// <summary>
    /// Refuses the commands behind a step when their patience ends. When a commit lasts too long, its clients get the answer that its
    /// outcome is unknown.
    /// </summary>
    private void EndLongWaits(long begun, IReadOnlyList<Pending>? committed)
    {
        var waited = _clock.GetElapsedTime(begun);
        if (waited > _options.Patience)
            RefuseWaiting();
        if (committed is not null)
            EndLongWait(begun, committed);
    }

    private void EndLongWait(long begun, IReadOnlyList<Pending> committed)
    {
        if (_clock.GetElapsedTime(begun) > _options.LongestWait && committed.Any(pending => !pending.Outcome.IsCompleted))
            FailAll(committed, new OutcomeUnknownException("A commit has not ended in time."));
    }

    /// <summary>Pauses before another try; false when the database has been away for too long to let anyone wait.</summary>
    private async Task<bool> HasPatienceAsync()
    {
        var outage = NoteOutage(_clock.GetUtcNow());
        // No try was made at a node that is known to be away, so none has to be spared.
        if (Volatile.Read(ref _stopping) || (_session.AwaySince(_merchant) is not null && IsOver()))
            return false;
        await Task.Delay(RetryPause, _clock);
        return !IsOver();

        bool IsOver() => _clock.GetUtcNow() - outage > _options.Patience;
    }

    /// <summary>Since when the database has been away. One that no command has asked for a while may have been back meanwhile.</summary>
    /// <param name="begun">When the step began that did not reach it.</param>
    private DateTimeOffset NoteOutage(DateTimeOffset begun)
    {
        // The batches of other merchants may succeed between those of a node that is away.
        if (_session.AwaySince(_merchant) is { } away)
            return away;
        var since = _outage is { } known && begun - known.Last <= _options.Patience ? known.Since : begun;
        _outage = (since, _clock.GetUtcNow());
        return since;
    }

    private void RefuseWaiting()
    {
        List<Pending> waiting = [];
        Sort();
        Take(_patient, waiting, int.MaxValue);
        Take(_prompt, waiting, int.MaxValue);
        AnswerAll(waiting, Refusal.Unavailable);
    }

    private DateTimeOffset Now()
    {
        var now = _clock.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
    }

    private static OutcomeUnknownException Stopped() =>
        new("The server stopped before the database could tell whether a commit took place.");

    private static void FailAll(IReadOnlyList<Pending> commands, Exception reason)
    {
        foreach (var pending in commands)
            pending.Fail(reason);
    }

    private static void AnswerAll(IReadOnlyList<Pending> commands, Refusal refusal)
    {
        foreach (var pending in commands)
            pending.Answer(Outcome.Refused(refusal));
    }
}
