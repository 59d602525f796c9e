namespace Quittance.Storage.Verification;

/// <summary>
/// What must be true of one merchant's books ($1). Each rule is a query for what breaks it: one text per broken row.
/// </summary>
internal static class Rules
{
    /// <summary>What is counted, in the order in which it is shown.</summary>
    public static readonly IReadOnlyList<(string What, string Table)> Counted =
    [
        ("accounts", "account"), ("charges", "charge"), ("payments", "payment"), ("events", "event"), ("transfers", "transfer"),
        ("attempts", "attempt"), ("disputes", "dispute"), ("sessions", "session"), ("payment links", "payment_link"),
        ("bookings", "booking"), ("refunds", "refund"),
        ("approval requests", "approval_request"), ("collections", "collection"), ("debits", "debit"),
        ("statements", "statement"), ("lines of statements", "settlement_line"), ("deliveries", "delivery"),
        ("ledger accounts", "ledger_account"), ("kept answers", "kept_answer"),
    ];

    /// <summary>The rules, each with its query.</summary>
    public static readonly IReadOnlyList<(string Rule, string Sql)> All =
    [
        .. LedgerRules.All, .. EventRules.All, .. NameRules.All, .. AccountRules.All, .. ChargeRules.All, .. DunningRules.All,
        .. RetryRules.All, .. CollectionRules.All, .. PaymentRules.All, .. AttemptRules.All, .. ReturnRules.All, .. ApprovalRules.All,
        .. SaleRules.All, .. SettlementRules.All, .. AnswerRules.All, .. PeriodRules.All, .. AccessRules.All,
    ];
}
