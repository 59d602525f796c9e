using System.Text.RegularExpressions;
using Quittance.Storage.Moments;
using Quittance.Storage.Sealing;
using Quittance.Storage.Verification;
using static Quittance.Tests.Verification.RuleNames;

namespace Quittance.Tests.Verification;

/// <summary>
/// What verification says of each column of the schema: a block seals it, or it follows from other rows, or nothing proves it, and why.
/// A new column fails the test until it stands in one of the three.
/// </summary>
internal static class ProvenColumns
{
    private const string AddedUp = """
        DELETE FROM checkpoint_total;
        DELETE FROM checkpoint;
        INSERT INTO checkpoint VALUES ({merchant}, date_trunc('hour', now() + interval '1 hour', 'UTC'));
        UPDATE slot SET last_at = greatest(last_at, (SELECT until FROM checkpoint));
        INSERT INTO checkpoint_total (merchant_id, kind, purpose, currency, hour, booked_on, debits_minor, credits_minor)
        """;

    /// <summary>Adds the hours up, so that something follows from them.</summary>
    public static readonly string AddUp =
        $"{AddedUp} SELECT {{merchant}}, s.* FROM ({Checkpoints.Sums("true").Replace("$1", "{merchant}", StringComparison.Ordinal)}) s;";

    private static readonly (string Columns, string Rule, string Sql)[] Follow =
    [
        ("merchant.requires_second_factor", Required, "UPDATE merchant SET requires_second_factor = NOT requires_second_factor"),
        ("slot.merchant_id slot.slot", SealCheck.ChainRule, "DELETE FROM slot WHERE slot = 31"),
        ("slot.last_number", Counter, "UPDATE slot SET last_number = 0"),
        ("slot.last_at", SealCheck.ChainRule,
            "UPDATE slot SET last_at = last_at - interval '1 day' WHERE last_hash <> decode(repeat('00', 32), 'hex')"),
        ("slot.last_at", SealCheck.ChainRule, "UPDATE slot SET last_at = '2099-01-01'"),
        ("slot.is_held", BehindTheRestore, "UPDATE slot SET is_held = true WHERE slot = 3"),
        ("slot.restored_at", BehindTheRestore, "UPDATE slot SET restored_at = last_at WHERE slot = 3"),
        ("slot.last_hash", SealCheck.ChainRule,
            "UPDATE slot SET last_hash = decode(repeat('07', 32), 'hex') WHERE slot = {anna's slot}::int"),
        ("slot.open_from", FirstOpenDay, "UPDATE slot SET open_from = '2000-01-01'"),
        ("slot.open_from", FirstOpenDay, "UPDATE slot SET open_from = '2099-01-01' WHERE slot = 31"),
        ("ledger_account.merchant_id", SumsToZero,
            "DELETE FROM ledger_account WHERE ctid = (SELECT ctid FROM ledger_account WHERE debits_minor <> credits_minor LIMIT 1)"),
        ("ledger_account.id", LedgerId, "UPDATE ledger_account SET id = gen_random_uuid()"),
        ("ledger_account.slot", LedgerId, "UPDATE ledger_account SET slot = (slot + 1) % 32"),
        ("ledger_account.kind", LedgerId, "UPDATE ledger_account SET kind = 'fees' WHERE kind = 'billed'"),
        ("ledger_account.kind", LedgerId, "UPDATE ledger_account SET kind = kind || 'x' WHERE kind = 'billed'"),
        ("ledger_account.holder_id", LedgerId, "UPDATE ledger_account SET holder_id = gen_random_uuid() WHERE kind = 'receivable'"),
        ("ledger_account.purpose", LedgerId, "UPDATE ledger_account SET purpose = purpose || 'x'"),
        ("ledger_account.currency", LedgerId, "UPDATE ledger_account SET currency = 'XXX' WHERE currency = 'USD'"),
        ("ledger_account.debits_minor", SumsOfTransfers,
            "UPDATE ledger_account SET debits_minor = debits_minor + 1 WHERE kind = 'receivable'"),
        ("ledger_account.credits_minor", SumsOfTransfers, "UPDATE ledger_account SET credits_minor = credits_minor + 1"),
        ("kept_answer.subject_id", Answers, "UPDATE kept_answer SET subject_id = {second key} WHERE subject_id = {first key}"),
        ("kept_answer.sequence", AnswerEvent, "UPDATE kept_answer SET sequence = sequence + 7 WHERE subject_id = {first key}"),
        ("block.merchant_id", SealCheck.ChainRule, "DELETE FROM block WHERE at = (SELECT min(at) FROM block)"),
        ("block.at", SealCheck.ChainRule, "UPDATE block SET at = at + interval '1 microsecond' WHERE at = (SELECT max(at) FROM block)"),
        ("block.id", SealCheck.ChainRule, "UPDATE block SET id = gen_random_uuid() WHERE at = (SELECT max(at) FROM block)"),
        ("block.slots", SealCheck.ChainRule, "UPDATE block SET slots = slots % 2 + 1 WHERE at = (SELECT max(at) FROM block)"),
        ("block.leaves", SealCheck.ChainRule, "UPDATE block SET leaves = leaves || leaves WHERE octet_length(leaves) > 0"),
        ("block.hash", SealCheck.ChainRule,
            "UPDATE block SET hash = decode(repeat('07', 32), 'hex') WHERE at = (SELECT max(at) FROM block)"),
        ("block.proof", SealCheck.ProofRule,
            "UPDATE block SET proof = set_byte(proof, 20, get_byte(proof, 20) # 1) WHERE proof IS NOT NULL"),
        ("checkpoint.merchant_id", HourSums, $"{AddUp} DELETE FROM checkpoint"),
        ("checkpoint.until", HourSums, $"{AddUp} UPDATE checkpoint SET until = until - interval '100 days'"),
        ("checkpoint.until", BeforeTheHours, $"{AddUp} UPDATE checkpoint SET until = until + interval '1 day'"),
        ("checkpoint_total.merchant_id", HourSums, $"{AddUp} DELETE FROM checkpoint_total WHERE kind = 'receivable'"),
        ("checkpoint_total.kind", HourSums, $"{AddUp} UPDATE checkpoint_total SET kind = 'bank' WHERE kind = 'billed'"),
        ("checkpoint_total.purpose", HourSums, $"{AddUp} UPDATE checkpoint_total SET purpose = purpose || 'x'"),
        ("checkpoint_total.currency", HourSums, $"{AddUp} UPDATE checkpoint_total SET currency = 'XXX' WHERE currency = 'USD'"),
        ("checkpoint_total.hour", HourSums, $"{AddUp} UPDATE checkpoint_total SET hour = hour - interval '100 days'"),
        ("checkpoint_total.booked_on", HourSums, $"{AddUp} UPDATE checkpoint_total SET booked_on = booked_on - 100"),
        ("checkpoint_total.debits_minor", HourSums, $"{AddUp} UPDATE checkpoint_total SET debits_minor = debits_minor + 1"),
        ("checkpoint_total.credits_minor", HourSums, $"{AddUp} UPDATE checkpoint_total SET credits_minor = credits_minor + 1"),
    ];

    private static readonly (string Reason, string Pattern)[] NotProven =
    [
        ("they name the merchant, and key hashes that are kept for a month; every sealed row has the merchant's number",
            @"^merchant\.(id|name|hash_key|created_at|time_zone)$"),
        ("who looks at an API's pages sees it; none of it moves money", @"^installation\."),
        ("the audit log has the hold and the release by an operator, and every slot is compared with the row", @"^epoch\."),
        ("names that people see in the console; nobody gets in by them", @"^(person\.(email|name)|passkey\.(name|transports))$"),
        ("an answer or a code that was used works again for the rest of its minutes",
            @"^(person\.last_step|passkey\.(signatures|asked_at)|sign_in_try\.\w+)$"),
        ("each request is booked under the credential or the person, and ends with it; these rows are deleted when their time is over",
            @"^(pending_sign_in|console_session|account_visit|authorisation|token)\."),
        ("the person whose view it is sees it", @"^operator_view\."),
        ("who looks at the customer sees it; none of it moves money", @"^account_note\."),
        ("a salt keys only what is sealed with it: where there is such a cell, the row is not as it was sealed",
            @"^(account|settlement_line|line_rule)\.salt$"),
        ("a remark of the matching, or how far a comparison came", @"^(settlement_line\.note|provider_account\.compared_until)$"),
        ("the vault seals it: what was changed does not open", @"^(data_key|vault_entry|collection_file)\."),
        ("the client sees the answer; the rows are deleted after a month",
            @"^kept_answer\.(merchant_id|scope|key|line|request_hash|faults|kept_until)$"),
        ("the provider has it, and reports its payouts", @"^notice\."),
        ("the receiver sees it; the rows are deleted when their time is over", @"^(subscription|webhook_secret|delivery|mail)\."),
        ("the server compares it with its own files when it starts", @"^migration\."),
    ];

    /// <summary>Changes of each column that no block seals and that follows from other rows, each with the rule that finds it.</summary>
    public static IReadOnlyList<Tampering> Tamperings { get; } =
        [.. Follow.Select((one, place) => new Tampering($"{place + 1}: {one.Columns}", one.Sql, one.Rule))];

    /// <summary>Says of each column, named as table.column, by which of the three it is known; the first is the best.</summary>
    public static ColumnProof? Of(string column) => Sealed.Contains(column) ? ColumnProof.Sealed
        : Following.Contains(column) ? ColumnProof.Follows
        : ReasonOf(column) is not null ? ColumnProof.None : null;

    /// <summary>Why a column is not proven; null where it is, or where the table lacks it.</summary>
    public static string? ReasonOf(string column) => Array.Find(NotProven, one =>
        Regex.IsMatch(column, one.Pattern, RegexOptions.ExplicitCapture, TimeSpan.FromMinutes(1))).Reason;

    public static IReadOnlySet<string> Sealed { get; } = SealedTables.All
        .SelectMany(table => table.Columns.Select(column => $"{table.Name}.{column.Name}")).ToHashSet(StringComparer.Ordinal);

    public static IReadOnlySet<string> Following { get; } = Follow
        .SelectMany(one => one.Columns.Split(' ')).ToHashSet(StringComparer.Ordinal);

    /// <summary>The reasons in their order.</summary>
    public static IEnumerable<string> Reasons => NotProven.Select(one => one.Reason);
}

/// <summary>By what a column is known to be as it was written.</summary>
internal enum ColumnProof
{
    Sealed,

    Follows,

    None,
}
