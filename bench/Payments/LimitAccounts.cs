using Npgsql;
using Quittance.Core;
using Quittance.Core.Accounts;

namespace Quittance.Bench.Payments;

/// <summary>
/// Everything that one statement must know to write a payment, by slot: so the limit looks nothing up.
/// </summary>
internal sealed class LimitAccounts
{
    private readonly List<(Guid Account, long Credit)>[] _accounts = [.. Enumerable.Range(0, Account.Slots).Select(_ => new List<(Guid, long)>())];
    private readonly long[] _clearing = new long[Account.Slots];

    private LimitAccounts()
    {
    }

    /// <summary>What the dialect keeps with a payment, as in Quittance's own rows.</summary>
    public string? Details { get; private set; }

    public long ClearingOf(int slot) => _clearing[slot];

    public (Guid Account, long Credit) Any(int slot, Random random) => _accounts[slot][random.Next(_accounts[slot].Count)];

    public bool HasAny(int slot) => _accounts[slot].Count > 0;

    public static async Task<LimitAccounts> ReadAsync(NpgsqlDataSource database, MerchantId merchant, MerchantId quittance, CancellationToken cancel)
    {
        var known = new LimitAccounts();
        await using var command = database.CreateCommand(
            $"SELECT id, slot, kind, holder_id FROM ledger_account WHERE merchant_id = {merchant.Value} AND kind IN ('clearing', 'credit')");
        await using (var reader = await command.ExecuteReaderAsync(cancel))
        {
            while (await reader.ReadAsync(cancel))
            {
                if (reader.GetString(2) == "clearing")
                    known._clearing[reader.GetInt16(1)] = reader.GetInt64(0);
                else
                    known._accounts[reader.GetInt16(1)].Add((reader.GetGuid(3), reader.GetInt64(0)));
            }
        }

        await using var newest = database.CreateCommand($"SELECT details::text FROM payment WHERE merchant_id = {quittance.Value} ORDER BY id DESC LIMIT 1");
        known.Details = await newest.ExecuteScalarAsync(cancel) as string;
        return known;
    }
}
