namespace Quittance.Storage.Verification;

/// <summary>What customers see of the merchant.</summary>
internal static class ProfileRules
{
    public static readonly IReadOnlyList<(string Rule, string Sql)> All =
    [
        ("Each profile of the merchant has its action in the audit log, of the same moment, and each action its profile",
            Of("merchant_profile", "merchant.profile")),
        ("Each logo of the merchant has its action in the audit log, of the same moment, and each action its logo",
            Of("merchant_logo", "merchant.logo")),
    ];

    private static string Of(string table, string action) => $"""
        SELECT format('since %s: %s', p.since, coalesce(a.subject, 'no action'))
          FROM (SELECT since FROM {table} WHERE merchant_id = $1) p
          FULL JOIN (SELECT at, subject FROM operator_action WHERE merchant_id = $1 AND what = '{action}') a ON a.at = p.since
         WHERE p.since IS NULL OR a.at IS NULL
        """;
}
