using System.Collections.Concurrent;
using Npgsql;
using Quittance.Core;
using Quittance.Storage.Console;

namespace Quittance.Storage.Moments;

/// <summary>
/// Leads the slots of merchants on for readers (<see cref="SlotTimes"/>): for a merchant no more often than four times a second, however
/// many read. Those who wait share the next lead.
/// </summary>
public sealed class SlotCatchUp(NpgsqlDataSource database, TimeProvider clock)
{
    // Slots in use pass by themselves.
    private static readonly TimeSpan LeadsEvery = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<MerchantId, Turn> _turns = new();
    private readonly SharedReading<MerchantId, DateTimeOffset?> _leading = new();

    /// <summary>Gives all later commits of a merchant later times than a moment.</summary>
    /// <param name="moment">A time that has come.</param>
    /// <returns>False where the database, or the role in it, permits only to read.</returns>
    public async Task<bool> PassAsync(MerchantId merchant, DateTimeOffset moment, CancellationToken cancel)
    {
        var turn = _turns.GetOrAdd(merchant, _ => new Turn());
        while (true)
        {
            turn.Ask(moment);
            // A look that is under way may lead less far.
            if (await _leading.Begin(merchant, () => LeadAsync(merchant, turn)).WaitAsync(cancel) is not { } led)
                return false;
            if (led >= moment)
                return true;
        }
    }

    private async Task<DateTimeOffset?> LeadAsync(MerchantId merchant, Turn turn)
    {
        if (turn.Led is { } before && LeadsEvery - clock.GetElapsedTime(before) is var left && left > TimeSpan.Zero)
            await Task.Delay(left, clock);
        turn.Led = clock.GetTimestamp();
        var moment = turn.Asked;
        await using var connection = await database.OpenConnectionAsync();
        return await SlotTimes.PassAsync(connection, merchant, moment, CancellationToken.None) ? moment : null;
    }

    /// <summary>The leads of one merchant.</summary>
    private sealed class Turn
    {
        private readonly Lock _lock = new();
        private DateTimeOffset _asked;

        /// <summary>When the last one began; null for none so far. Only one is under way at a time.</summary>
        public long? Led { get; set; }

        /// <summary>The latest moment that was asked for.</summary>
        public DateTimeOffset Asked
        {
            get
            {
                lock (_lock)
                    return _asked;
            }
        }

        public void Ask(DateTimeOffset moment)
        {
            lock (_lock)
                _asked = moment > _asked ? moment : _asked;
        }
    }
}
