namespace Quittance.Storage.Verification;

/// <summary>The rules of mail. The mails themselves are no books: their customers see them.</summary>
internal static class MailRules
{
    public static readonly IReadOnlyList<(string Rule, string Sql)> All =
    [
        ("Each policy of mail has its action in the audit log, of the same moment, and each action its policy", """
            SELECT format('policy since %s: %s', p.since, coalesce(a.subject, 'no action'))
              FROM (SELECT since FROM mail_policy WHERE merchant_id = $1) p
              FULL JOIN (SELECT at, subject FROM operator_action WHERE merchant_id = $1 AND what = 'mail.policy') a ON a.at = p.since
             WHERE p.since IS NULL OR a.at IS NULL
            """),
        ("Each sentence in mails has its action in the audit log, of the same moment, and each action its sentence", """
            SELECT format('sentence since %s: %s', s.since, coalesce(a.subject, 'no action'))
              FROM (SELECT since FROM mail_sentence WHERE merchant_id = $1) s
              FULL JOIN (SELECT at, subject FROM operator_action WHERE merchant_id = $1 AND what = 'mail.sentence') a ON a.at = s.since
             WHERE s.since IS NULL OR a.at IS NULL
            """),
    ];
}
