using Npgsql;
using Quittance.Core;

namespace Quittance.Bench.Books;

/// <summary>An account, the ledger account of its credit, and its instrument where it has one.</summary>
internal readonly record struct KnownAccount(Guid Id, Guid Credit, Guid Instrument);

/// <summary>
/// Everything that must be known to write a payment, by slot: so a rival looks nothing up.
/// </summary>
internal sealed class KnownAccounts
{
    private readonly List<KnownAccount>[] _accounts = [.. Enumerable.Range(0, MerchantId.Slots).Select(_ => new List<KnownAccount>())];
    private readonly Guid[] _clearing = new Guid[MerchantId.Slots];

    private KnownAccounts()
    {
    }

    /// <summary>The details that the dialect keeps with a payment, as in Quittance's own rows.</summary>
    public string? Details { get; private set; }

    public Guid ClearingOf(int slot) => _clearing[slot];

    public KnownAccount Any(int slot, Random random) => _accounts[slot][random.Next(_accounts[slot].Count)];

    public bool HasAny(int slot) => _accounts[slot].Count > 0;

    public static async Task<KnownAccounts> ReadAsync(
        NpgsqlDataSource database, MerchantId merchant, MerchantId quittance, CancellationToken cancel)
    {
        var known = new KnownAccounts();
        await using var command = database.CreateCommand($"""
            SELECT l.id, l.slot, l.kind, l.holder_id, i.id
              FROM ledger_account l LEFT JOIN instrument i ON i.merchant_id = l.merchant_id AND i.account_id = l.holder_id
             WHERE l.merchant_id = {merchant.Value} AND l.kind IN ('clearing', 'credit')
            """);
        await using (var reader = await command.ExecuteReaderAsync(cancel))
        {
            while (await reader.ReadAsync(cancel))
            {
                var (id, slot) = (reader.GetGuid(0), reader.GetInt16(1));
                if (reader.GetString(2) == "clearing")
                    known._clearing[slot] = id;
                else
                    known._accounts[slot].Add(new KnownAccount(reader.GetGuid(3), id, reader.IsDBNull(4) ? default : reader.GetGuid(4)));
            }
        }

        await using var newest =
            database.CreateCommand($"SELECT details::text FROM payment WHERE merchant_id = {quittance.Value} ORDER BY id DESC LIMIT 1");
        known.Details = await newest.ExecuteScalarAsync(cancel) as string;
        return known;
    }
}
