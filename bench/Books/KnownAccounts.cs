using Npgsql;
using Quittance.Core;

namespace Quittance.Bench.Books;

/// <summary>
/// Everything that must be known to write a payment, by slot: so a rival looks nothing up.
/// </summary>
internal sealed class KnownAccounts
{
    private readonly List<(Guid Account, Guid Credit)>[] _accounts =
        [.. Enumerable.Range(0, MerchantId.Slots).Select(_ => new List<(Guid, Guid)>())];
    private readonly Guid[] _clearing = new Guid[MerchantId.Slots];

    private KnownAccounts()
    {
    }

    /// <summary>What the dialect keeps with a payment, as in Quittance's own rows.</summary>
    public string? Details { get; private set; }

    public Guid ClearingOf(int slot) => _clearing[slot];

    public (Guid Account, Guid Credit) Any(int slot, Random random) => _accounts[slot][random.Next(_accounts[slot].Count)];

    public bool HasAny(int slot) => _accounts[slot].Count > 0;

    public static async Task<KnownAccounts> ReadAsync(
        NpgsqlDataSource database, MerchantId merchant, MerchantId quittance, CancellationToken cancel)
    {
        var known = new KnownAccounts();
        await using var command = database.CreateCommand(
            $"SELECT id, slot, kind, holder_id FROM ledger_account WHERE merchant_id = {merchant.Value} AND kind IN ('clearing', 'credit')");
        await using (var reader = await command.ExecuteReaderAsync(cancel))
        {
            while (await reader.ReadAsync(cancel))
            {
                if (reader.GetString(2) == "clearing")
                    known._clearing[reader.GetInt16(1)] = reader.GetGuid(0);
                else
                    known._accounts[reader.GetInt16(1)].Add((reader.GetGuid(3), reader.GetGuid(0)));
            }
        }

        await using var newest =
            database.CreateCommand($"SELECT details::text FROM payment WHERE merchant_id = {quittance.Value} ORDER BY id DESC LIMIT 1");
        known.Details = await newest.ExecuteScalarAsync(cancel) as string;
        return known;
    }
}
