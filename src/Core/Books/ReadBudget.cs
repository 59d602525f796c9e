namespace Quittance.Core.Books;

/// <summary>
/// How many requests that only read are at work at once. Requests that write take no place in it, so that readers leave them processors.
/// A request takes one place around all that it reads and never a second one, so no two of them wait for each other.
/// </summary>
/// <param name="places">How many at once, at least one.</param>
/// <param name="patience">How long a request waits for a place; null for the usual time.</param>
public sealed class ReadBudget(int places, TimeSpan? patience = null) : IDisposable
{
    /// <summary>
    /// The places where no operator names a number: two for each processor of this machine, since the database rests for
    /// most of the time in which a request reads.
    /// </summary>
    public static int UsualPlaces => 2 * Environment.ProcessorCount;

    /// <summary>How soon a request that found no place may come again, in seconds.</summary>
    public const int RetryAfterSeconds = 1;

    private static readonly TimeSpan UsualPatience = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _free = new(places, places);

    /// <summary>How many requests are at work.</summary>
    public int Taken => places - _free.CurrentCount;

    /// <summary>
    /// A place, in the order in which requests ask; it is given back when it is disposed of. Null when none came free in time.
    /// </summary>
    /// <param name="cancel">Ends the wait: the client is gone.</param>
    public async ValueTask<IDisposable?> EnterAsync(CancellationToken cancel) =>
        await _free.WaitAsync(patience ?? UsualPatience, cancel) ? new Place(_free) : null;

    public void Dispose() => _free.Dispose();

    private sealed class Place(SemaphoreSlim free) : IDisposable
    {
        private SemaphoreSlim? _free = free;

        public void Dispose() => Interlocked.Exchange(ref _free, null)?.Release();
    }
}
