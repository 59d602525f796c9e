using System.Text.RegularExpressions;

namespace Quittance.Tests.Operations;

/// <summary>
/// The columns with words in them that stay when a person's data is erased. A new column fails the test until it stands here with its
/// reason, or in ErasureSteps.
/// </summary>
internal static class KeptColumns
{
    private static readonly (string Reason, string Pattern)[] Kept =
    [
        ("words of ours, from a closed list",
            @"^\w+\.(dialect|kind|status|type|verb|scope|scopes|method|remainder|reason|outcome|standing|scheme|label|choices|event_types|"
                + @"sequence|failure|faults|purpose|currency|role|source|use|opens|direction)$"),
        ("ids and names that clients gave their own things; docs/privacy.md says that they should not be people's",
            @"^(reference\.value|charge\.(reference|document)|instrument\.reference|kept_answer\.key)$"),
        ("the merchant itself and its set-up",
            @"^(merchant|merchant_profile|merchant_logo|installation|credential|credential_secret|client|subscription|webhook_secret|"
                + @"provider_account|provider_route|data_key|payee)\."),
        ("people who sign in; operators, who are no customers, and what they did",
            @"^(person|passkey|pending_sign_in|sign_in_try|console_session|authorisation|token|operator_action)\."),
        ("the last four digits and who charges it: what payments were made with", @"^instrument\.(last_four|provider)$"),
        ("the number of a mandate, ours or the merchant's",
            @"^(mandate\.(reference|former_reference)|attempt\.mandate|debit_terms\.mandate)$"),
        ("a provider's name, and its number for a request, dispute or notice",
            @"^(attempt\.(provider|provider_reference)|dispute\.(provider|reference)|notice\.(provider|id)|"
                + @"session\.(page_provider|page_reference))$"),
        ("the merchant's own bank account or provider account, masked, its creditor identifier, and files' names",
            @"^(statement\.(account|account_hash|reference|file_name)|settlement_line\.account|line_rule\.(bank_account|provider)|"
                + @"(collection|debit_terms)\.creditor|"
                + @"collection\.account_hash|mandate\.former_creditor)$"),
        ("the names of columns in files of the merchant's bank, and the merchant's own bank account, masked and sealed",
            @"^statement_format\.(name|header|uses|day_order|decimal_sign|account|sealed_account)$"),
        ("the file that the bank got, sealed by the vault, and its hash: the merchant shows by it what was collected",
            @"^(collection_file\.(name|sealed)|collection\.file_hash)$"),
        ("a keyed hash", @"^kept_answer\.request_hash$"),
        ("a random mark of a restore", @"^epoch\.mark$"),
        ("ids and numbers of an act that waits for a second person", @"^approval_request\.parameters$"),
        ("ids of charges", @"^payment_link\.charges$"),
        ("days and fees of the merchant's policy", @"^(dunning|retry)_policy\.(days|fees)$"),
        ("the API whose customers a merchant's policy or run is for", @"^due_(policy|run)\.dialect$"),
        ("where a consent was given and withdrawn, and the language of the words by which a customer chooses it in a session",
            @"^(autopay\.(source|withdrawn_by)|session\.autopay_language)$"),
        ("lines of the chart of accounts, and their numbers", @"^datev_chart\.(lines|numbers)$"),
        ("the merchant's own sentences in mails, their kinds and languages", @"^mail_sentence\.(kind|language|sentence)$"),
        ("the views of lists that one of the merchant's people has saved", @"^operator_view\.(list|name|asked)$"),
        ("who of the merchant's people wrote a note", @"^account_note\.who$"),
        ("kinds of mail", @"^mail_policy\.kinds$"),
        ("closed months: sums by line of the chart, hashes, and the operators who closed and opened them",
            @"^period\.(trial_balance|journal_hash|seal|closed_by|reopened_by|reopening_reason)$"),
        ("seals: hashes into which personal data goes under a salt that is erased", @"^(block\.(leaves|hash|proof)|slot\.last_hash)$"),
    ];

    public static bool IsKept(string column) =>
        Array.Exists(Kept, one => Regex.IsMatch(column, one.Pattern, RegexOptions.ExplicitCapture, TimeSpan.FromMinutes(1)));
}
