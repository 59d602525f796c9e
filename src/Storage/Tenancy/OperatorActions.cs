using Npgsql;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Engine;

namespace Quittance.Storage.Tenancy;

/// <summary>The audit log: what operators did. A row commits with what it tells of, or not at all.</summary>
/// <param name="database">Where it is kept.</param>
public sealed class OperatorActions(NpgsqlDataSource database)
{
    /// <summary>Adds what the origin's operator does to the statements that do it. Does nothing where a client is at work.</summary>
    /// <param name="batch">The statements of one transaction.</param>
    /// <param name="origin">Who does it.</param>
    /// <param name="at">When.</param>
    public static void AddTo(NpgsqlBatch batch, Origin origin, DateTimeOffset at)
    {
        if (origin.Action is not null)
            AddTo(batch, [origin], at);
    }

    /// <summary>Adds what the operators of several origins do.</summary>
    internal static void AddTo(NpgsqlBatch batch, IReadOnlyList<Origin> origins, DateTimeOffset at)
    {
        if (origins.Count == 0)
            return;
        batch.Statement("""
            INSERT INTO operator_action (merchant_id, request_id, what, subject, at, person_id, who, reason)
            SELECT m.id, u.request, u.what, u.subject, $2, u.person, u.who, u.reason
              FROM merchant m
              JOIN unnest($3::bigint[], $4::uuid[], $5::text[], $6::text[], $7::uuid[], $8::text[], $9::text[])
                   u(m, request, what, subject, person, who, reason) ON u.m = m.id
             WHERE m.id = ANY($1)
            ON CONFLICT (merchant_id, request_id, what, subject) DO NOTHING
            """)
            .With(origins.Select(origin => origin.Merchant.Value).Distinct().ToArray())
            .With(at.UtcDateTime)
            .With(origins.ToColumn(origin => origin.Merchant.Value))
            .With(origins.ToColumn(origin => origin.Request))
            .With(origins.ToColumn(origin => origin.Action!.What))
            .With(origins.ToColumn(origin => origin.Action!.Subject))
            .With(origins.ToColumn(origin => origin.Action!.Person))
            .With(origins.ToColumn(origin => origin.Action!.Who))
            .With(origins.ToColumn(origin => origin.Action!.Reason));
    }

    /// <summary>The latest actions before a place in the log, newest first.</summary>
    /// <param name="merchant">Whose.</param>
    /// <param name="before">The last one that was shown; null for the newest.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancel">Ends the reading.</param>
    public Task<IReadOnlyList<KeptAction>> ListAsync(MerchantId merchant, (DateTimeOffset At, Guid Request)? before, int limit, CancellationToken cancel) =>
        SqlStates.ReachingAsync<IReadOnlyList<KeptAction>>(async () =>
        {
            await using var connection = await database.OpenConnectionAsync(cancel);
            await using var batch = new NpgsqlBatch(connection);
            // operator_action_by_time
            batch.Statement("""
                SELECT at, request_id, person_id, who, what, subject, reason FROM operator_action
                 WHERE merchant_id = $1 AND (at, merchant_id, request_id) < ($2, $1, $3) ORDER BY at DESC, merchant_id DESC, request_id DESC LIMIT $4
                """)
                .With(merchant.Value).With(before?.At.UtcDateTime ?? DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc)).With(before?.Request ?? Guid.AllBitsSet).With(limit);
            List<KeptAction> actions = [];
            await using var row = await batch.ExecuteReaderAsync(cancel);
            while (await row.ReadAsync(cancel))
            {
                actions.Add(new KeptAction(
                    row.GetFieldValue<DateTimeOffset>(0), row.GetGuid(1),
                    new OperatorAction(row.IsDBNull(2) ? null : row.GetGuid(2), row.GetString(3), row.GetString(4), row.GetString(5), row.GetString(6))));
            }

            return actions;
        });
}
