namespace Quittance.Core.Books;

/// <summary>
/// How many requests that only read are at work at once. Requests that write take no place in it, so that readers leave them processors.
/// A request takes one place around all that it reads and never a second one, so no two of them wait for each other.
/// </summary>
/// <param name="places">How many at once, at least one.</param>
/// <param name="patience">How long a request waits for a place; null for the usual time.</param>
public sealed class ReadBudget(int places, TimeSpan? patience = null)
{
    /// <summary>
    /// The places where no operator names a number: two for each processor of this machine, since the database rests for
    /// most of the time in which a request reads.
    /// </summary>
    public static int UsualPlaces => 2 * Environment.ProcessorCount;

    /// <summary>How soon a request that found no place may come again, in seconds.</summary>
    public const int RetryAfterSeconds = 1;

    private static readonly TimeSpan UsualPatience = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<MerchantId, Queue<TaskCompletionSource>> _waiting = [];

    // The keys of the above, in the order of their turns.
    private readonly Queue<MerchantId> _turns = [];

    /// <summary>How many requests are at work.</summary>
    public int Taken { get; private set; }

    /// <summary>
    /// A place; it is given back when it is disposed of. Merchants whose requests wait take turns, and the requests of one keep their
    /// order, so a merchant who reads much does not keep the others waiting. Null when none came free in time.
    /// </summary>
    /// <param name="cancel">Ends the wait: the client is gone.</param>
    public async ValueTask<IDisposable?> EnterAsync(MerchantId merchant, CancellationToken cancel)
    {
        if (Take(merchant) is { } turn)
        {
            await turn.Task.WaitAsync(patience ?? UsualPatience, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            // False where the place came meanwhile.
            if (turn.TrySetCanceled(CancellationToken.None))
            {
                cancel.ThrowIfCancellationRequested();
                return null;
            }
        }

        return new Place(this);
    }

    /// <summary>Takes a place that is free; else the turn to wait for.</summary>
    private TaskCompletionSource? Take(MerchantId merchant)
    {
        lock (_lock)
        {
            if (Taken < places)
            {
                Taken++;
                return null;
            }

            if (!_waiting.TryGetValue(merchant, out var requests))
            {
                _waiting.Add(merchant, requests = new());
                _turns.Enqueue(merchant);
            }

            var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            requests.Enqueue(turn);
            return turn;
        }
    }

    /// <summary>Gives a place to the request whose turn it is. Requests that wait no longer lose their turn.</summary>
    private void Pass()
    {
        lock (_lock)
        {
            while (_turns.TryDequeue(out var merchant))
            {
                var requests = _waiting[merchant];
                var isGiven = false;
                while (!isGiven && requests.TryDequeue(out var turn))
                    isGiven = turn.TrySetResult();
                if (requests.Count > 0)
                    _turns.Enqueue(merchant);
                else
                    _waiting.Remove(merchant);
                if (isGiven)
                    return;
            }

            Taken--;
        }
    }

    private sealed class Place(ReadBudget budget) : IDisposable
    {
        private ReadBudget? _budget = budget;

        public void Dispose() => Interlocked.Exchange(ref _budget, null)?.Pass();
    }
}
