namespace Quittance.Dialects.Http;

/// <summary>
/// The records of calls with many of them that the engine has just now. Calls at work take turns, and single payments always find room
/// beside them.
/// </summary>
internal static class RecordsAtWork
{
    /// <summary>How many records of one call the engine has at most: enough to fill batches.</summary>
    public const int MostOfACall = 1024;

    private static readonly SemaphoreSlim Room = new(2 * MostOfACall);

    /// <summary>
    /// Waits for room and begins the work on a record, which gives its room back. The record is on its way when this returns.
    /// </summary>
    public static async Task<Task<T>> BeginAsync<T>(Func<Task<T>> work)
    {
        await Room.WaitAsync();
        return RunAsync(work);
    }

    private static async Task<T> RunAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        finally
        {
            Room.Release();
        }
    }
}
