namespace Quittance.Storage.Verification;

/// <summary>
/// The rules of one merchant's books ($1). Each rule is a query for the rows that break it: one text per broken row.
/// </summary>
internal static class Rules
{
    /// <summary>The tables whose rows are counted, in the order in which they are shown.</summary>
    public static readonly IReadOnlyList<(string What, string Table)> Counted =
    [
        ("accounts", "account"), ("charges", "charge"), ("payments", "payment"), ("events", "event"), ("transfers", "transfer"),
        ("attempts", "attempt"), ("disputes", "dispute"), ("sessions", "session"), ("payment links", "payment_link"),
        ("bookings", "booking"), ("refunds", "refund"),
        ("approval requests", "approval_request"), ("collections", "collection"), ("debits", "debit"), ("runs of dues", "due_run"),
        ("statements", "statement"), ("lines of statements", "settlement_line"), ("deliveries", "delivery"),
        ("ledger accounts", "ledger_account"), ("kept answers", "kept_answer"),
    ];

    /// <summary>The rules, each with its query.</summary>
    public static readonly IReadOnlyList<(string Rule, string Sql)> All =
    [
        .. LedgerRules.All, .. EventRules.All, .. NameRules.All, .. AccountRules.All, .. ChargeRules.All, .. DunningRules.All,
        .. RetryRules.All, .. MailRules.All, .. ProfileRules.All, .. CollectionRules.All, .. PaymentRules.All, .. AttemptRules.All,
        .. ReturnRules.All, .. ApprovalRules.All, .. SaleRules.All, .. SettlementRules.All, .. AnswerRules.All, .. PeriodRules.All,
        .. AccessRules.All,
    ];
}

/// <summary>
/// Ids that follow from a name, as SQL. Each side leaves the bytes out that hold an id's version and variant, so that both compare.
/// </summary>
internal static class DerivedIdSql
{
    /// <summary>An id as it stands in a column.</summary>
    public static string Of(string column) => Bare($"uuid_send({column})");

    /// <summary>The id that follows from a name.</summary>
    public static string From(string name) => Bare($"substr(sha256({name.Trim()}), 1, 16)");

    private static string Bare(string bytes) => $"set_byte(set_byte({bytes}, 6, 0), 8, 0)";
}
