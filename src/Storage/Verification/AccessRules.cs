using Quittance.Storage.Tenancy;

namespace Quittance.Storage.Verification;

/// <summary>The rules of access, as far as they follow from other rows.</summary>
internal static class AccessRules
{
    public static readonly IReadOnlyList<(string Rule, string Sql)> All =
    [
        ("A second factor is required exactly where the last action about it says so", $"""
            SELECT format('required: %s, and the audit log says: %s', m.requires_second_factor, coalesce(a.subject, 'nothing'))
              FROM merchant m
              LEFT JOIN LATERAL (SELECT subject FROM operator_action
                                  WHERE merchant_id = $1 AND what = 'factor.require' ORDER BY at DESC, request_id DESC LIMIT 1) a ON true
             WHERE m.id = $1 AND m.requires_second_factor <> coalesce(a.subject = '{SecondFactors.Required}', false)
            """),
    ];
}
