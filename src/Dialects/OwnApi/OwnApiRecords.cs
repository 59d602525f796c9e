using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.OwnApi;

/// <summary>What became of the records of a call.</summary>
/// <param name="Interruption">Why the call broke off, so that the client sends it again under its key; null where all are done.</param>
/// <param name="Results">The results, in the order of the records.</param>
/// <param name="IsRepeat">Whether an earlier request under the key has done them all.</param>
internal sealed record RecordResults<T>(Refusal? Interruption, IReadOnlyList<T> Results, bool IsRepeat);

/// <summary>
/// Calls with many records. Each record is a command of its own with its line of the key, and is done or refused as a whole. The engine
/// has many of them at a time, in their order.
/// </summary>
internal static class OwnApiRecords
{
    /// <summary>How many records of a call ask providers at a time: one call does not flood them.</summary>
    private const int MostAtProviders = 16;

    /// <param name="commandOf">The command of a record, without its key.</param>
    /// <param name="resultOf">The part of its outcome that the client reads. It keeps no rows: a call has thousands.</param>
    public static async Task<RecordResults<TResult>> SubmitAsync<TRecord, TResult>(
        this Call call, IReadOnlyList<TRecord> records, Func<TRecord, int, ValueTask<Command>> commandOf,
        Func<TRecord, int, Outcome, ValueTask<TResult>> resultOf)
    {
        var results = new List<TResult>(records.Count);
        Refusal? interruption = null;
        var isRepeat = true;
        var inFlight = new Queue<Task<Outcome>>();
        for (var line = 0; line < records.Count && interruption is null; line++)
        {
            if (await CommandAsync(line) is not { } command)
                break;
            command = command with { Key = call.KeyUse(line, keepsRefusals: true) };
            inFlight.Enqueue(await RecordsAtWork.BeginAsync(() => call.SubmitAsync(command, patient: true)));

            // Whether the key is free shows at the first record; until then no other one begins.
            if (line == 0 || inFlight.Count >= (command.MayAskProvider ? MostAtProviders : RecordsAtWork.MostOfACall))
                await TakeAsync();
        }

        await Task.WhenAll(inFlight.Cast<Task>()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        while (inFlight.Count > 0)
            await TakeAsync();
        return new RecordResults<TResult>(interruption, results, isRepeat);

        async Task<Command?> CommandAsync(int line)
        {
            try
            {
                return await commandOf(records[line], line);
            }
            catch (StoreUnavailableException)
            {
                interruption ??= Refusal.Unavailable;
                return null;
            }
        }

        async Task TakeAsync()
        {
            var outcome = await inFlight.Dequeue();
            if (IsInterruption(outcome))
                interruption ??= outcome.Faults[0].Refusal;
            isRepeat &= outcome.Replayed;
            results.Add(await resultOf(records[results.Count], results.Count, outcome));
        }
    }

    private static bool IsInterruption(Outcome outcome) => !outcome.Accepted && outcome.Faults[0].Refusal.Class()
        is RefusalClass.Busy or RefusalClass.Unavailable or RefusalClass.Held or RefusalClass.UnderWay or RefusalClass.Reused;
}
