using System.Text.Json;
using Npgsql;

namespace Quittance.Tests.Faults;

/// <summary>
/// Compares our books with those of the payment provider, to the cent. Keys are a verb and the name of the purchase that they are for; who
/// pays without a key gives it as their own.
/// </summary>
internal static class ProviderBooks
{
    private const string Ours = """
        SELECT a.id, coalesce(k.purchase, p.details ->> 'name', ''), p.status, coalesce(p.amount_minor, 0),
               p.reversed_minor + p.refunded_minor, a.instrument_id IN (SELECT id FROM instrument WHERE kind = 'card'),
               (SELECT count(*) FROM attempt c WHERE c.payment_id = p.id AND c.verb = 'capture')
          FROM payment p
          JOIN attempt a ON a.payment_id = p.id AND a.verb = 'authorise'
          LEFT JOIN (SELECT DISTINCT subject_id, regexp_replace(key, '^\w+ ', '') AS purchase FROM kept_answer) k ON k.subject_id = p.id
         ORDER BY a.id
        """;

    private const string Unfinished = """
        SELECT format('%s %s %s %s, %s times unanswered, %s events, opened at %s, due at %s', provider, verb, id, status, unanswered,
                   events, opened_at, due_at)
          FROM attempt WHERE status IN ('open', 'unknown', 'pending')
        UNION ALL SELECT format('notice %s %s', id, outcome) FROM notice WHERE due_at IS NOT NULL
        UNION ALL SELECT format('a claim of payment %s', payment_id) FROM claim WHERE is_live
        UNION ALL SELECT format('a session, %s', id) FROM session WHERE status = 'open'
        UNION ALL SELECT format('a hold whose time is over, %s', id) FROM booking WHERE status = 'held' AND held_until <= now()
        UNION ALL SELECT format('a refund, %s', id) FROM refund WHERE status = 'pending'
        UNION ALL SELECT format('%s payments for one key', count(*)) FROM kept_answer GROUP BY key HAVING count(*) > 1
        """;

    private const string Balances = """
        SELECT kind, purpose, sum(debits_minor - credits_minor)::bigint
          FROM ledger_account WHERE kind IN ('clearing', 'fees', 'write_off') GROUP BY 1, 2
        """;

    /// <summary>Everything in which they differ, and what is not finished.</summary>
    public static async Task<IReadOnlyList<string>> CompareAsync(
        NpgsqlDataSource database, string provider, JsonElement theirs, IReadOnlyList<Purchase> purchases)
    {
        List<string> differences = [];
        await ReadAsync(database, Unfinished, row => differences.Add(row.GetString(0)));
        var held = theirs.GetProperty("authorisations").EnumerateArray()
            .ToDictionary(authorisation => authorisation.GetProperty("id").GetGuid());
        var ended = purchases.ToDictionary(purchase => purchase.Name);
        await ReadAsync(database, Ours, row => differences.AddRange(DifferencesOf(row, held, ended)));
        differences.AddRange(held.Keys.Select(id => $"Charged and in no books: {id}"));
        differences.AddRange(ended.Keys.Select(name => $"No payment: {name}"));
        // There is one currency at most.
        foreach (var totals in theirs.GetProperty("totals").EnumerateObject())
            await CompareTotalsAsync(database, provider, totals.Value, purchases.Sum(purchase => purchase.ElsewhereMinor), differences);
        return differences;
    }

    private static IEnumerable<string> DifferencesOf(
        NpgsqlDataReader row, Dictionary<Guid, JsonElement> held, Dictionary<string, Purchase> purchases)
    {
        var (id, name, status, isCard) = (row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetBoolean(5));
        var ours = (status == "captured" ? row.GetInt64(3) : 0) - row.GetInt64(4);
        if (!purchases.Remove(name, out var purchase))
            yield return $"{name} was paid twice, or not at all";
        else if (!purchase.Ends.Contains(status))
            yield return $"{name} is {status}";
        if (!held.Remove(id, out var authorisation))
        {
            if (ours != 0)
                yield return $"{name}: booked {ours}, and the provider knows nothing of it";
            yield break;
        }

        var captured = Minor(authorisation, "captured_minor");
        var theirs = captured - Minor(authorisation, "refunded_minor")
            + (purchase?.ElsewhereMinor ?? 0) - Minor(authorisation, "reversed_minor") - Minor(authorisation, "disputed_minor");
        if (ours != theirs)
            yield return $"{name} ({status}): booked {ours}, and the provider has {theirs}";
        // A debit reserves nothing.
        var reserved = Minor(authorisation, "authorised_minor") - captured - Minor(authorisation, "voided_minor");
        if (isCard && reserved != 0)
            yield return $"{name} ({status}): {reserved} are still reserved";
    }

    private static async Task CompareTotalsAsync(
        NpgsqlDataSource database, string provider, JsonElement totals, long elsewhereMinor, List<string> differences)
    {
        Dictionary<(string, string), long> balances = [];
        await ReadAsync(database, Balances, row => balances[(row.GetString(0), row.GetString(1))] = row.GetInt64(2));
        var fees = Minor(totals, "fees_minor");
        var has = Minor(totals, "captured_minor") - Minor(totals, "refunded_minor") - Minor(totals, "reversed_minor")
            - Minor(totals, "disputed_minor") - fees + elsewhereMinor;
        var booked = balances.GetValueOrDefault(("clearing", provider));
        if (booked != has)
            differences.Add($"The books say that the provider has {booked}, and it has {has}");
        if (balances.Where(balance => balance.Key.Item1 == "fees").Sum(balance => balance.Value) != fees)
            differences.Add($"The fees are not {fees}");
        if (balances.Where(balance => balance.Key.Item1 == "write_off").Sum(balance => balance.Value) != 0)
            differences.Add("Something was written off");
    }

    private static long Minor(JsonElement amounts, string name) => amounts.GetProperty(name).GetInt64();

    private static async Task ReadAsync(NpgsqlDataSource database, string sql, Action<NpgsqlDataReader> read)
    {
        await using var command = database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            read(reader);
    }
}
