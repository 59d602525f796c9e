namespace Quittance.Storage;

/// <summary>
/// Everything that the database holds of a person for whom an account is kept: whoever adds a column with such data adds it here. What is not
/// here are amounts, times, ids and words of ours, which are the books.
/// </summary>
internal static class ErasureSteps
{
    private const string Payments = "SELECT p.id FROM payment p WHERE p.merchant_id = $1 AND p.account_id = $2";

    /// <summary>What a notice says belongs to an account when it names one of its attempts.</summary>
    public const string NoticeOfAccount = """
        EXISTS (SELECT 1 FROM regexp_matches(n.body::text, '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}', 'g') named(id)
                  JOIN attempt t ON t.merchant_id = $1 AND t.id = named.id[1]::uuid AND t.account_id = $2)
        """;

    /// <summary>In an order in which nothing that refers to a row outlives it.</summary>
    public static IReadOnlyList<ErasureStep> All { get; } =
    [
        // The name of a customer, a member, a traveller.
        new("account_holder", ["name"], "DELETE FROM account_holder WHERE merchant_id = $1 AND account_id = $2"),
        // The number, the holder, the signature and the e-mail address, sealed; and the fingerprint, by which the number would be known again.
        new("vault_entry", ["sealed", "fingerprint"], """
            DELETE FROM vault_entry v USING instrument i
             WHERE v.merchant_id = $1 AND i.merchant_id = $1 AND i.id = v.instrument_id AND i.account_id = $2
            """),
        // What remains are the scheme and the last four digits, which payments were made with.
        new("instrument", ["holder", "name", "expires_on", "country"], """
            UPDATE instrument SET holder = NULL, name = NULL, expires_on = NULL, country = NULL, standing = 'inactive'
             WHERE merchant_id = $1 AND account_id = $2
               AND (num_nonnulls(holder, name, expires_on, country) > 0 OR standing <> 'inactive')
            """),
        new("mandate", [], """
            UPDATE mandate m SET status = 'cancelled' FROM instrument i
             WHERE m.merchant_id = $1 AND m.status = 'active' AND i.merchant_id = $1 AND i.id = m.instrument_id AND i.account_id = $2
            """),
        // What a client said of the payer, and wanted shown again.
        new("payment", ["details"], "UPDATE payment SET details = NULL WHERE merchant_id = $1 AND account_id = $2 AND details IS NOT NULL"),
        new("refund", ["details"], "UPDATE refund SET details = NULL WHERE merchant_id = $1 AND account_id = $2 AND details IS NOT NULL"),
        new("charge", ["description"], "UPDATE charge SET description = NULL WHERE merchant_id = $1 AND account_id = $2 AND description IS NOT NULL"),
        new("session", ["reference_text"], "UPDATE session SET reference_text = '' WHERE merchant_id = $1 AND account_id = $2 AND reference_text <> ''"),
        // What a provider noted, and where the customer was sent to.
        new("attempt", ["note", "redirect_to", "return_to"], $"""
            UPDATE attempt SET note = NULL, redirect_to = NULL, return_to = NULL
             WHERE merchant_id = $1 AND payment_id IN ({Payments}) AND num_nonnulls(note, redirect_to, return_to) > 0
            """),
        // Who sent or got the money, and their words, as the bank or the provider says.
        new("settlement_line", ["counterparty", "remittance", "end_to_end", "counterparty_hash", "note"], $"""
            UPDATE settlement_line SET counterparty = NULL, remittance = NULL, end_to_end = NULL, counterparty_hash = NULL, note = NULL
             WHERE merchant_id = $1 AND payment_id IN ({Payments}) AND num_nonnulls(counterparty, remittance, end_to_end, counterparty_hash, note) > 0
            """),
        new("notice", ["body"], $$"""
            UPDATE notice n SET body = '{}' WHERE n.merchant_id = $1 AND n.body::text <> '{}' AND {{NoticeOfAccount}}
            """),
    ];
}
