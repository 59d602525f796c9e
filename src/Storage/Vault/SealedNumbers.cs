using Npgsql;
using Quittance.Core;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Vault;

/// <summary>
/// Reads sealed numbers. The requests that arrive during a read share the next one: under load a number costs PostgreSQL a row, and not a
/// statement on a connection of its own.
/// </summary>
internal sealed class SealedNumbers(NpgsqlDataSource database)
{
    private readonly Lock _lock = new();
    private List<Wanted> _waiting = [];
    private bool _isReading;

    /// <summary>The sealed number as the database has it after the call; null for none.</summary>
    public Task<byte[]?> ReadAsync(InstrumentId instrument, CancellationToken cancel)
    {
        var wanted = new Wanted(instrument);
        bool begins;
        lock (_lock)
        {
            _waiting.Add(wanted);
            (begins, _isReading) = (!_isReading, true);
        }

        if (begins)
            _ = ReadAllAsync();
        return wanted.Sealed.Task.WaitAsync(cancel);
    }

    private async Task ReadAllAsync()
    {
        while (Next() is { } wanted)
        {
            try
            {
                var found = await ReadAsync(wanted);
                foreach (var one in wanted)
                    one.Sealed.SetResult(found.GetValueOrDefault(one.Instrument));
            }
            catch (Exception broken)
            {
                foreach (var one in wanted)
                    one.Sealed.TrySetException(broken);
            }
        }
    }

    private List<Wanted>? Next()
    {
        lock (_lock)
        {
            if (_waiting.Count == 0)
            {
                _isReading = false;
                return null;
            }

            (var next, _waiting) = (_waiting, []);
            return next;
        }
    }

    private async Task<Dictionary<InstrumentId, byte[]>> ReadAsync(List<Wanted> wanted)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var batch = new NpgsqlBatch(connection);
        // PostgreSQL plans the arrays anew each time, since it sees how short they are; that takes longer than to read one number.
        if (wanted is [var only])
        {
            batch.Statement("""
                SELECT merchant_id, instrument_id, sealed FROM vault_entry WHERE merchant_id = $1 AND instrument_id = $2
                """)
                .With(only.Instrument.Merchant.Value)
                .With(only.Instrument.Value);
        }
        else
        {
            long[] merchants = [.. wanted.Select(one => one.Instrument.Merchant.Value).Distinct()];
            batch.Statement(Routing.For(merchants, """
                SELECT v.merchant_id, v.instrument_id, v.sealed
                  FROM unnest($1::bigint[], $2::uuid[]) k(m, instrument)
                  JOIN vault_entry v ON v.merchant_id = k.m AND v.instrument_id = k.instrument AND v.merchant_id = ANY($3)
                """))
                .With(wanted.ToColumn(one => one.Instrument.Merchant.Value))
                .With(wanted.ToColumn(one => one.Instrument.Value))
                .With(merchants);
        }

        await using var row = await batch.ExecuteReaderAsync();
        Dictionary<InstrumentId, byte[]> found = [];
        while (await row.ReadAsync())
            found[new InstrumentId(new MerchantId(row.GetInt64(0)), row.GetGuid(1))] = row.GetFieldValue<byte[]>(2);
        return found;
    }

    private sealed record Wanted(InstrumentId Instrument)
    {
        public TaskCompletionSource<byte[]?> Sealed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
