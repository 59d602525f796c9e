using Npgsql;
using Quittance.Core;
using Quittance.Core.Settlements;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Settlements;

/// <summary>
/// The part of <see cref="Evidence"/> that is about customers: their names, what they owe, and the accounts they paid from.
/// </summary>
internal static class HolderEvidence
{
    /// <summary>At most this many payments of a payer are read, the newest.</summary>
    public const int PaymentsOfPayer = 100;

    /// <summary>A payer's name of more words is compared by so many of them.</summary>
    private const int WordsOfPayer = 8;

    /// <summary>At most this many customers who share two words with a payer's name are read; two already rule the name out.</summary>
    public const int HoldersOfWords = 200;

    /// <summary>A family, not a payment service.</summary>
    public const int CustomersOfPayer = 3;

    public static void AddHolders(
        NpgsqlBatch batch, List<Action<NpgsqlDataReader>> take, MerchantId merchant, Guid[] accounts,
        Dictionary<AccountId, (Currency Currency, string? Name)> holders)
    {
        batch.Statement("""
            SELECT a.id, a.currency, h.name
              FROM unnest($2::uuid[]) k(id)
             CROSS JOIN LATERAL (SELECT x.id, x.currency FROM account x WHERE x.merchant_id = $1 AND x.id = k.id LIMIT 1) a
              LEFT JOIN LATERAL (SELECT x.name FROM account_holder x WHERE x.merchant_id = $1 AND x.account_id = k.id LIMIT 1) h ON true
            """)
            .With(merchant.Value).With(accounts);
        take.Add(row => holders[new AccountId(merchant, row.GetGuid(0))] =
            (Currency.Parse(row.GetString(1)), row.IsDBNull(2) ? null : row.GetString(2)));
    }

    /// <summary>
    /// The customers whose names agree with a payer's: those who share two words with it, or all of one word. Index:
    /// account_holder_by_word. Its kind is read by bitmap scans alone, and no key of the merchant may be used instead, where no node has to
    /// be found by it.
    /// </summary>
    public static void AddAgreeing(
        NpgsqlBatch batch, List<Action<NpgsqlDataReader>> take, bool isDistributed, MerchantId merchant, string[] payers,
        AgreeingHolders agreeing)
    {
        var pairs = payers.Select(AgreeingHolders.WordsOf).Where(payer => payer.Length > 0).Distinct(StringComparer.Ordinal)
            .SelectMany(payer => PairsOf([.. payer.Split(' ').Take(WordsOfPayer)]).Select(words => (Payer: payer, Words: words)))
            .ToList();
        var ofMerchant = isDistributed ? "x.merchant_id = $1" : "x.merchant_id + 0 = $1";
        batch.Statement("SET LOCAL enable_bitmapscan = on");
        batch.Statement($"""
            SELECT k.payer, h.account_id, h.name
              FROM unnest($2::text[], $3::text[], $4::text[]) k(payer, one, other)
             CROSS JOIN LATERAL (SELECT x.account_id, x.name FROM account_holder x
               WHERE {ofMerchant} AND name_words(x.name) @> ARRAY[k.one, k.other] LIMIT $5) h
            """)
            .With(merchant.Value).With(pairs.ToColumn(pair => pair.Payer)).With(pairs.ToColumn(pair => pair.Words.One))
            .With(pairs.ToColumn(pair => pair.Words.Other)).With(HoldersOfWords);
        take.Add(row => agreeing.Add(row.GetString(0), new AccountId(merchant, row.GetGuid(1)), row.GetString(2)));
    }

    private static IEnumerable<(string One, string Other)> PairsOf(IReadOnlyList<string> words) => words is [var only]
        ? [(only, only)]
        : words.SelectMany((one, index) => words.Skip(index + 1).Select(other => (one, other)));

    /// <summary>Finds the customers who are not the only ones to owe an amount. Index: charge_of_open_amount.</summary>
    public static void AddSharing(
        NpgsqlBatch batch, List<Action<NpgsqlDataReader>> take, MerchantId merchant, (AccountId Account, Money Amount)[] owing,
        HashSet<(AccountId, Money)> sharing)
    {
        batch.Statement($"""
            SELECT k.id, k.amount, k.currency
              FROM unnest($2::uuid[], $3::bigint[], $4::text[]) k(id, amount, currency)
             CROSS JOIN LATERAL (SELECT 1 FROM charge x
               WHERE x.merchant_id = $1 AND x.is_open AND x.currency = k.currency
                   AND {ChargeSql.OpenMinor("x")} = k.amount
                 AND x.account_id <> k.id LIMIT 1) other
            """)
            .With(merchant.Value).With(owing.ToColumn(one => one.Account.Value)).With(owing.ToColumn(one => one.Amount.AmountMinor))
            .With(owing.ToColumn(one => one.Amount.Currency.Code));
        take.Add(row => sharing.Add(
            (new AccountId(merchant, row.GetGuid(0)), new Money(row.GetInt64(1), Currency.Parse(row.GetString(2))))));
    }

    /// <summary>
    /// The payments that came from the account of line l, the newest so many of them, and whether an operator has said whose they are.
    /// </summary>
    public static string PaidBefore(int most) =>
        $"""
        SELECT p.account_id, b.counterparty, array_agg(p.account_id) OVER () AS accounts,
               b.note IS NOT NULL OR EXISTS (
                   SELECT FROM event e
                     JOIN operator_action o ON o.merchant_id = $1 AND o.request_id = e.request_id AND o.what = 'settlement.book'
                    WHERE e.merchant_id = $1 AND e.subject_id = b.id AND e.credential_id = 0) AS is_said
          FROM (SELECT x.id, x.payment_id, x.counterparty, x.note FROM settlement_line x
                 WHERE x.merchant_id = $1 AND x.counterparty_hash = l.counterparty_hash AND x.status = 'booked'
                   AND x.payment_id IS NOT NULL
                 ORDER BY x.booked_on DESC LIMIT {most}) b
          JOIN payment p ON p.merchant_id = $1 AND p.id = b.payment_id
        """;

    /// <summary>
    /// Which lines came from an account that has paid for the customer before, in the customer's name or by an operator's word: what was
    /// booked by its amount alone tells nothing of the account. An account that pays for many, as a payment service does, tells nothing
    /// either. Index: settlement_line_of_payer.
    /// </summary>
    /// <param name="known">The lines and the customers for whom their accounts have paid, in the customers' names.</param>
    /// <param name="said">Those for whom they have paid by an operator's word.</param>
    /// <param name="elsewhere">The lines and the customers for whom their accounts have not paid, though they have for others.</param>
    public static void AddKnown(
        NpgsqlBatch batch, List<Action<NpgsqlDataReader>> take, MerchantId merchant, (Guid Line, AccountId Account)[] pairs,
        Dictionary<AccountId, (Currency Currency, string? Name)> holders, HashSet<(Guid, AccountId)> known,
        HashSet<(Guid, AccountId)> said, HashSet<(Guid, AccountId)> elsewhere)
    {
        batch.Statement($"""
            WITH paid AS MATERIALIZED (
                SELECT k.line, k.id, s.account_id, s.counterparty, s.is_said, s.accounts
                  FROM unnest($2::uuid[], $3::uuid[]) k(line, id)
                 CROSS JOIN LATERAL (SELECT x.counterparty_hash FROM settlement_line x WHERE x.merchant_id = $1 AND x.id = k.line LIMIT 1) l
                 CROSS JOIN LATERAL ({PaidBefore(PaymentsOfPayer)}) s)
            SELECT DISTINCT line, id, counterparty, is_said, id = ANY(accounts) FROM paid
             WHERE (account_id = id OR id <> ALL(accounts)) AND (SELECT count(DISTINCT a) FROM unnest(accounts) a) <= $4
            """)
            .With(merchant.Value).With(pairs.ToColumn(pair => pair.Line)).With(pairs.ToColumn(pair => pair.Account.Value))
            .With(CustomersOfPayer);
        take.Add(row =>
        {
            var account = new AccountId(merchant, row.GetGuid(1));
            if (!row.GetBoolean(4))
                elsewhere.Add((row.GetGuid(0), account));
            else if (row.GetBoolean(3))
                said.Add((row.GetGuid(0), account));
            else if (!row.IsDBNull(2) && PayerName.Agrees(holders[account].Name, row.GetString(2)))
                known.Add((row.GetGuid(0), account));
        });
    }
}
