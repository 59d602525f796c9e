using Npgsql;
using Quittance.Core;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Vault;

/// <summary>
/// Deletes data keys that a newer one has replaced, when they seal nothing and nothing can still be sealed by them: a server that has
/// sealed a secret may wait with its commit.
/// </summary>
public sealed class FormerDataKeys(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>For how long a key stays after it was replaced. No commit waits for so long.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);

    // A key k; $1 is the moment until which its successor was made.
    private static string IsReplaced(Func<string, string> among) =>
        $"""
        EXISTS (SELECT FROM data_key s
                 WHERE {among("s.merchant_id")} AND s.merchant_id = k.merchant_id AND s.id > k.id AND s.created_at < $1)
        """;

    /// <summary>Deletes those of all merchants. Returns how many. Safe in several processes at once.</summary>
    public Task<int> DeleteAsync(CancellationToken cancel) => SqlStates.ReachingAsync(async () =>
    {
        var merchants = await database.LookAsync(
            among => $"SELECT DISTINCT k.merchant_id FROM data_key k WHERE {among("k.merchant_id")} AND {IsReplaced(among)}",
            command => command.With(Before), row => new MerchantId(row.GetInt64(0)), cancel);
        var deleted = 0;
        foreach (var merchant in merchants)
            deleted += await DeleteAsync(merchant, cancel);
        return deleted;
    });

    internal async Task<int> DeleteAsync(MerchantId merchant, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        HashSet<int> used = [];
        foreach (var text in DataKeyReplacement.Texts)
        {
            foreach (var (_, _, bytes) in await text.ReadAsync(connection, merchant, cancel))
            {
                if (Envelope.KeyId(bytes) is { } key)
                    used.Add(key);
            }
        }

        await using var batch = new NpgsqlBatch(connection);
        batch.Statement($"""
            DELETE FROM data_key k WHERE {IsReplaced(column => $"{column} = $2")} AND k.merchant_id = $2 AND k.id <> ALL($3)
               AND NOT EXISTS (SELECT FROM vault_entry e WHERE e.merchant_id = k.merchant_id AND e.data_key_id = k.id)
            """).With(Before).With(merchant.Value).With(used.ToArray());
        return await batch.ExecuteDurablyAsync(cancel);
    }

    private DateTime Before => (clock.GetUtcNow() - KeptFor).UtcDateTime;
}
