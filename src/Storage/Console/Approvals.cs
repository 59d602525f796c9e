using Npgsql;
using Quittance.Core;
using Quittance.Core.Approvals;
using Quittance.Core.Ledger;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Console;

/// <summary>When a person asked for an act or decided about it, and why.</summary>
public sealed record ApprovalStep(DateTimeOffset At, string Who, string Reason);

/// <summary>A request for an approval as pages show it.</summary>
/// <param name="SubjectNumber">The number of the payment or the charge that the act changes.</param>
/// <param name="AccountNumber">The number of the customer's account.</param>
/// <param name="Name">The customer's name; null where none is known.</param>
public sealed record ApprovalView(ApprovalRequest Request, long SubjectNumber, long AccountNumber, string? Name, ApprovalStep Asked)
{
    /// <summary>The word for what the act changes.</summary>
    public string Noun => Request.Act.IsOfCharge ? "charge" : "payment";

    /// <summary>The subject of the act, as the audit log names it.</summary>
    public string Subject => $"{Noun} {SubjectNumber}";

    /// <summary>The decision of a person; null while none has decided, and where the request ended otherwise.</summary>
    public ApprovalStep? Decided { get; init; }
}

/// <summary>Reads the acts that wait for a second person.</summary>
public sealed class Approvals(NpgsqlDataSource database)
{
    private static readonly string Columns =
        $"{Tables.ApprovalRequest.Selected}, s.number, n.number, h.name, b.occurred_at, asked.who, asked.reason, e.occurred_at, "
        + "decided.who, decided.reason";

    // Each by its key, and an action by the first columns of its key.
    private const string Joins = """
        CROSS JOIN LATERAL (SELECT n.number FROM account n WHERE n.merchant_id = $1 AND n.id = x.account_id LIMIT 1) n
         LEFT JOIN LATERAL (SELECT h.name FROM account_holder h WHERE h.merchant_id = $1 AND h.account_id = x.account_id LIMIT 1) h ON true
        CROSS JOIN LATERAL (SELECT p.number FROM payment p WHERE p.merchant_id = $1 AND p.id = x.subject_id
                             UNION ALL SELECT c.number FROM charge c WHERE c.merchant_id = $1 AND c.id = x.subject_id LIMIT 1) s
        CROSS JOIN LATERAL (SELECT b.* FROM event b WHERE b.merchant_id = $1 AND b.subject_id = x.id AND b.sequence = 1 LIMIT 1) b
        CROSS JOIN LATERAL (SELECT o.who, o.reason FROM operator_action o
                             WHERE o.merchant_id = $1 AND o.request_id = b.request_id AND o.what = 'approval.ask' LIMIT 1) asked
         LEFT JOIN LATERAL (SELECT e.* FROM event e WHERE e.merchant_id = $1 AND e.subject_id = x.id AND e.sequence = 2 LIMIT 1) e ON true
         LEFT JOIN LATERAL (SELECT o.who, o.reason FROM operator_action o
                             WHERE o.merchant_id = $1 AND o.request_id = e.request_id
                               AND o.what IN ('approval.approve', 'approval.reject') LIMIT 1) decided ON true
        """;

    /// <summary>Those that wait, the oldest first.</summary>
    /// <param name="after">The number of the last one of the part before; null for the first part.</param>
    public Task<IReadOnlyList<ApprovalView>> WaitingAsync(MerchantId merchant, long? after, int limit, CancellationToken cancel) =>
        // Index: approval_request_list.
        database.AllAsync(
            $"""
            SELECT {Columns}
              FROM (SELECT x.* FROM approval_request x
                     WHERE x.merchant_id = $1 AND x.status = 'waiting' AND x.number > $2 ORDER BY x.number LIMIT $3) x
            {Joins}
             ORDER BY x.number
            """,
            command => command.With(merchant.Value).With(after ?? 0).With(limit), Read, cancel);

    /// <summary>A request by its number, whether it waits or not; null where there is none.</summary>
    public Task<ApprovalView?> FindAsync(MerchantId merchant, long number, CancellationToken cancel) => database.FirstAsync(
        $"SELECT {Columns} FROM approval_request x {Joins} WHERE x.merchant_id = $1 AND x.number = $2",
        command => command.With(merchant.Value).With(number), Read, cancel);

    /// <summary>The requests for a payment or a charge, the oldest first.</summary>
    internal static Task<List<ApprovalView>> OfAsync(Snapshot snapshot, SubjectId subject) => snapshot.AllAsync(
        // Index: approval_request_of_subject.
        $"SELECT {Columns} FROM approval_request x {Joins} WHERE x.merchant_id = $1 AND x.subject_id = $2 ORDER BY x.number",
        command => command.With(subject.Merchant.Value).With(subject.Value), Read);

    /// <summary>The requests of all merchants whose time is over, or whose payment or charge has changed since.</summary>
    public Task<IReadOnlyList<ApprovalRequest>> ToEndAsync(DateTimeOffset now, int limit, CancellationToken cancel) =>
        // Index: approval_request_list. Few requests wait.
        database.LookAsync(
            among => $"""
            SELECT {Tables.ApprovalRequest.Selected}
              FROM approval_request x
              LEFT JOIN payment p ON {among("p.merchant_id")} AND p.merchant_id = x.merchant_id AND p.id = x.subject_id
              LEFT JOIN charge c ON {among("c.merchant_id")} AND c.merchant_id = x.merchant_id AND c.id = x.subject_id
             WHERE {among("x.merchant_id")} AND x.status = 'waiting'
               AND (x.expires_at <= $1 OR p.events <> x.subject_events OR c.events <> x.subject_events
                    OR c.allocated_minor <> (x.parameters ->> 'allocated')::bigint
                    OR c.credited_minor <> (x.parameters ->> 'credited')::bigint)
             ORDER BY x.expires_at LIMIT $2
            """,
            command => command.With(now.UtcDateTime).With(limit), Tables.ApprovalRequest.Read, cancel);

    /// <summary>How many wait.</summary>
    internal static async Task<int> CountAsync(Snapshot snapshot, MerchantId merchant) => (await snapshot.AllAsync(
        // Index: approval_request_list.
        "SELECT count(*)::int FROM approval_request x WHERE x.merchant_id = $1 AND x.status = 'waiting'",
        command => command.With(merchant.Value), row => row.GetInt32(0)))[0];

    private static ApprovalView Read(NpgsqlDataReader row)
    {
        var at = Tables.ApprovalRequest.Width;
        return new ApprovalView(
            Tables.ApprovalRequest.Read(row), row.GetInt64(at), row.GetInt64(at + 1),
            row.IsDBNull(at + 2) ? null : row.GetString(at + 2), StepOf(row, at + 3))
        {
            Decided = row.IsDBNull(at + 7) ? null : StepOf(row, at + 6),
        };
    }

    private static ApprovalStep StepOf(NpgsqlDataReader row, int first) =>
        new(row.GetFieldValue<DateTimeOffset>(first), row.GetString(first + 1), row.GetString(first + 2));
}
