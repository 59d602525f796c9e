using Npgsql;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Sealing;
using Quittance.Storage.Tenancy;

namespace Quittance.Storage;

/// <summary>The result of erasing a person's data.</summary>
/// <param name="UnderWay">The work that has to end first; nothing was erased then. Empty when all was erased.</param>
/// <param name="Erased">In how many rows of which table something was erased. All are zero when it was done before.</param>
public sealed record Erasure(IReadOnlyList<string> UnderWay, IReadOnlyList<(string Table, long Rows)> Erased)
{
    /// <summary>Whether nothing of the person is left.</summary>
    public bool IsDone => UnderWay.Count == 0;
}

/// <summary>A place that has data of a person, and the way to erase it.</summary>
/// <param name="Columns">Its columns that are erased.</param>
/// <param name="Sql">Erases them for an account ($2) of a merchant ($1), and touches no row that has nothing left to erase.</param>
internal sealed record ErasureStep(string Table, IReadOnlyList<string> Columns, string Sql);

/// <summary>
/// Erases what the books hold of a person, in one transaction, while amounts, transfers and events stay. The account's slot is held
/// meanwhile, as by the engine, so that nothing begins beside it.
/// </summary>
public sealed class Erasing(NpgsqlDataSource database, TimeProvider clock)
{
    private const string UnderWaySql = $"""
        SELECT format('payment %s is %s: complete or cancel it, or wait for its provider', number, status)
          FROM payment WHERE merchant_id = $1 AND account_id = $2 AND status IN ('pending', 'unknown', 'authorised', 'settling')
        UNION ALL
        SELECT format('a provider was asked to %s and has not answered: attempt %s', verb, id)
          FROM attempt WHERE merchant_id = $1 AND account_id = $2 AND status IN ('open', 'unknown', 'pending')
        UNION ALL
        SELECT format('a payment session is open until %s: %s', to_char(expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI "UTC"'), id)
          FROM session WHERE merchant_id = $1 AND account_id = $2 AND status = 'open'
        UNION ALL
        SELECT format('a payment link opens until %s: %s', to_char(ends_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI "UTC"'), id)
          FROM payment_link l WHERE merchant_id = $1 AND account_id = $2 AND status = 'open' AND ends_at > $3
           AND (cardinality(charges) = 0 OR EXISTS (SELECT FROM charge c
                 WHERE c.merchant_id = $1 AND c.id = ANY(l.charges::uuid[]) AND c.is_open))
           AND NOT EXISTS (SELECT FROM session s JOIN payment p ON p.merchant_id = $1 AND p.id = s.payment_id AND p.status = 'captured'
                 WHERE s.merchant_id = $1 AND s.id = l.session_id)
        UNION ALL
        SELECT format('a seat is held until %s: booking %s', to_char(held_until AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI "UTC"'), id)
          FROM booking WHERE merchant_id = $1 AND account_id = $2 AND status = 'held'
        UNION ALL
        SELECT format('payment %s is disputed: dispute %s is open', p.number, d.reference)
          FROM payment p JOIN dispute d ON d.merchant_id = $1 AND d.payment_id = p.id AND d.status = 'open'
         WHERE p.merchant_id = $1 AND p.account_id = $2
        UNION ALL
        SELECT format('a notice of %s waits to be processed: %s', n.provider, n.id)
          FROM notice n WHERE n.merchant_id = $1 AND n.due_at IS NOT NULL AND {ErasureSteps.NoticeOfAccount}
        """;

    /// <summary>The accounts that are called so: by their id or number, or by clients of an API.</summary>
    /// <param name="name">The id, the number, or what clients call it.</param>
    /// <param name="dialect">The API whose clients call it so; null for any, and for the id and the number.</param>
    public Task<IReadOnlyList<(AccountId Id, long Number)>> FindAsync(
        MerchantId merchant, string name, string? dialect, CancellationToken cancel) =>
        SqlStates.ReachingAsync<IReadOnlyList<(AccountId, long)>>(async () =>
        {
            await using var batch = database.CreateBatch();
            // The primary key of reference begins with the merchant; its name is looked for in every API.
            batch.Statement("""
                SELECT a.id, a.number FROM account a
                 WHERE a.merchant_id = $1
                   AND (($3::text IS NULL AND (a.number::text = $2 OR a.id::text = $2))
                        OR a.id IN (SELECT r.object_id FROM reference r
                                     WHERE r.merchant_id = $1 AND r.value = $2 AND r.object_id = r.account_id
                                         AND ($3 IS NULL OR r.dialect = $3)))
                 ORDER BY a.number
                """).With(merchant.Value).With(name).With(dialect);
            List<(AccountId, long)> found = [];
            await using var row = await batch.ExecuteReaderAsync(cancel);
            while (await row.ReadAsync(cancel))
                found.Add((new AccountId(merchant, row.GetGuid(0)), row.GetInt64(1)));
            return found;
        });

    /// <summary>Erases a person's data, or says what has to end first. Done again it changes nothing.</summary>
    /// <param name="account">The account that is kept for the person.</param>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public Task<Erasure> EraseAsync(AccountId account, Origin by, CancellationToken cancel) => database.ChangeAsync(async transaction =>
    {
        var slot = await transaction.Connection!.AllAsync(
            "SELECT slot FROM account WHERE merchant_id = $1 AND id = $2",
            command => command.With(account.Merchant.Value).With(account.Value), row => (int)row.GetInt16(0), cancel);
        var change = new SealedChange(transaction.Connection!, account.Merchant, [.. slot]);
        await change.LockAsync(cancel);
        var underWay = await UnderWayAsync(transaction.Connection!, account, cancel);
        if (underWay.Count > 0)
            return new Erasure(underWay, []);
        foreach (var (table, condition) in ErasureSteps.SealedRows)
            await change.BeforeAsync(table, condition, command => command.With(account.Value), cancel);
        List<(string Table, long Rows)> erased = [];
        foreach (var step in ErasureSteps.All)
        {
            await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
            batch.Statement(step.Sql).With(account.Merchant.Value).With(account.Value);
            erased.Add((step.Table, await batch.ExecuteNonQueryAsync(cancel)));
        }

        if (erased.TrueForAll(step => step.Rows == 0))
            return new Erasure([], erased);
        // Nothing can be guessed any more from the seals of what is erased, and what stays is sealed anew.
        await transaction.ExecuteAsync(batch =>
        {
            batch.Statement("UPDATE account SET salt = $3 WHERE merchant_id = $1 AND id = $2")
                .With(account.Merchant.Value).With(account.Value).With(Salts.Draw());
            batch.Statement($"UPDATE settlement_line SET salt = $3 WHERE merchant_id = $1 AND payment_id IN ({ErasureSteps.Payments})")
                .With(account.Merchant.Value).With(account.Value).With(Salts.Draw());
            batch.Statement("UPDATE line_rule SET salt = $3 WHERE merchant_id = $1 AND account_id = $2")
                .With(account.Merchant.Value).With(account.Value).With(Salts.Draw());
        }, cancel);
        foreach (var (table, condition) in ErasureSteps.SealedRows)
            await change.AfterAsync(table, condition, command => command.With(account.Value), cancel);
        await transaction.CommitAsync(by, clock, cancel, change);
        return new Erasure([], erased);
    }, cancel);

    private Task<IReadOnlyList<string>> UnderWayAsync(NpgsqlConnection connection, AccountId account, CancellationToken cancel) =>
        connection.AllAsync(
            UnderWaySql, command => command.With(account.Merchant.Value).With(account.Value).With(clock.GetUtcNow().UtcDateTime),
            row => row.GetString(0), cancel);
}

/// <summary>
/// All personal data of an account's holder in the database: a new column with such data belongs here. What is not
/// here are amounts, times, ids and words of ours, which are the books.
/// </summary>
internal static class ErasureSteps
{
    public const string Payments = "SELECT p.id FROM payment p WHERE p.merchant_id = $1 AND p.account_id = $2";

    /// <summary>A notice belongs to an account when it names one of the account's attempts.</summary>
    public const string NoticeOfAccount = """
        EXISTS (SELECT 1 FROM regexp_matches(n.body::text, '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}', 'g') named(id)
                  JOIN attempt t ON t.merchant_id = $1 AND t.id = named.id[1]::uuid AND t.account_id = $2)
        """;

    /// <summary>The sealed rows that an erasure may change: rows x of an account ($2) of a merchant ($1).</summary>
    public static IReadOnlyList<(SealedTable Table, string Condition)> SealedRows { get; } =
    [
        .. from table in SealedTables.All
           where table.Account is not null
           select (table, $"x.{table.Account} = $2"),
        (Tables.Mandate.Sealed, "x.instrument_id IN (SELECT i.id FROM instrument i WHERE i.merchant_id = $1 AND i.account_id = $2)"),
        (Tables.SettlementLine.Sealed, $"x.payment_id IN ({Payments})"),
        (SealedTables.LineRule, "x.account_id = $2"),
    ];

    /// <summary>In an order in which nothing that refers to a row outlives it.</summary>
    public static IReadOnlyList<ErasureStep> All { get; } =
    [
        // The name of a customer, a member, a traveller.
        new("account_holder", ["name"], "DELETE FROM account_holder WHERE merchant_id = $1 AND account_id = $2"),
        // How the person is reached.
        new("account_contact", ["email", "phone", "line1", "line2", "postal_code", "city", "region", "country", "language"],
            """
            UPDATE account_contact SET email = NULL, phone = NULL, line1 = NULL, line2 = NULL, postal_code = NULL, city = NULL,
                   region = NULL, country = NULL, language = NULL
             WHERE merchant_id = $1 AND account_id = $2
               AND num_nonnulls(email, phone, line1, line2, postal_code, city, region, country, language) > 0
            """),
        // What the merchant's people said of the person.
        new("account_note", ["text"], "DELETE FROM account_note WHERE merchant_id = $1 AND account_id = $2"),
        // The number, the holder, the signature and the e-mail address, sealed; and the fingerprint, by which the number would be known
        // again.
        new("vault_entry", ["sealed", "fingerprint"], """
            DELETE FROM vault_entry v USING instrument i
             WHERE v.merchant_id = $1 AND i.merchant_id = $1 AND i.id = v.instrument_id AND i.account_id = $2
            """),
        // The scheme and the last four digits remain: payments were made with them.
        new("instrument", ["holder", "name", "expires_on", "country"], """
            UPDATE instrument SET holder = NULL, name = NULL, expires_on = NULL, country = NULL,
                   standing = CASE standing WHEN 'removed' THEN 'removed' ELSE 'inactive' END
             WHERE merchant_id = $1 AND account_id = $2
               AND (num_nonnulls(holder, name, expires_on, country) > 0 OR standing NOT IN ('inactive', 'removed'))
            """),
        new("mandate", [], """
            UPDATE mandate m SET status = 'cancelled' FROM instrument i
             WHERE m.merchant_id = $1 AND m.status = 'active' AND i.merchant_id = $1 AND i.id = m.instrument_id AND i.account_id = $2
            """),
        // The words that the customer agreed to. What they agreed to charge is no more either.
        new("autopay", ["text", "language"], """
            UPDATE autopay SET text = NULL, language = NULL
             WHERE merchant_id = $1 AND account_id = $2 AND num_nonnulls(text, language) > 0
            """),
        // A client's words about the payer, which its answers show again.
        new("payment", ["details"], "UPDATE payment SET details = NULL WHERE merchant_id = $1 AND account_id = $2 AND details IS NOT NULL"),
        new("refund", ["details"], "UPDATE refund SET details = NULL WHERE merchant_id = $1 AND account_id = $2 AND details IS NOT NULL"),
        new("charge", ["description"],
            "UPDATE charge SET description = NULL WHERE merchant_id = $1 AND account_id = $2 AND description IS NOT NULL"),
        new("session", ["reference_text"],
            "UPDATE session SET reference_text = '' WHERE merchant_id = $1 AND account_id = $2 AND reference_text <> ''"),
        new("payment_link", ["text"],
            "UPDATE payment_link SET text = '' WHERE merchant_id = $1 AND account_id = $2 AND text <> ''"),
        // The provider's note, and the addresses to which the customer was sent.
        new("attempt", ["note", "redirect_to", "return_to"], $"""
            UPDATE attempt SET note = NULL, redirect_to = NULL, return_to = NULL
             WHERE merchant_id = $1 AND payment_id IN ({Payments}) AND num_nonnulls(note, redirect_to, return_to) > 0
            """),
        // The person who sent or got the money, with their words, as the bank or the provider says.
        new("settlement_line", ["counterparty", "remittance", "end_to_end", "counterparty_hash", "note"], $"""
            UPDATE settlement_line SET counterparty = NULL, remittance = NULL, end_to_end = NULL, counterparty_hash = NULL, note = NULL
             WHERE merchant_id = $1 AND payment_id IN ({Payments})
                 AND num_nonnulls(counterparty, remittance, end_to_end, counterparty_hash, note) > 0
            """),
        // The words by which the person's lines were known. Without them the rule would fit other lines, so it ends.
        new("line_rule", ["name", "counterparty", "counterparty_hash", "words"], """
            UPDATE line_rule SET name = 'erased', counterparty = NULL, counterparty_hash = NULL, words = NULL, is_on = false,
                   is_ended = true
             WHERE merchant_id = $1 AND account_id = $2
               AND (name <> 'erased' OR num_nonnulls(counterparty, counterparty_hash, words) > 0 OR NOT is_ended)
            """),
        // The address that mail went to. What still waits is sent no more: there is no address.
        new("mail", ["recipient"],
            "UPDATE mail SET recipient = NULL WHERE merchant_id = $1 AND account_id = $2 AND recipient IS NOT NULL"),
        new("notice", ["body"], $$"""
            UPDATE notice n SET body = '{}' WHERE n.merchant_id = $1 AND n.body::text <> '{}' AND {{NoticeOfAccount}}
            """),
    ];

    /// <summary>The tables among them whose rows never change otherwise.</summary>
    public static IReadOnlyList<SealedTable> Lasting { get; } =
        [.. SealedTables.All.Where(table => table.IsLasting && All.Any(step => step.Table == table.Name))];
}
