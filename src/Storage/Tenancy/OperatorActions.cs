using Npgsql;
using Quittance.Core;
using Quittance.Core.Acts;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Sealing;

namespace Quittance.Storage.Tenancy;

/// <summary>An action of the audit log.</summary>
/// <param name="At">When it was committed, UTC.</param>
/// <param name="Request">The trace id of the request, which the events it made carry too.</param>
/// <param name="Action">The person, the action and the reason.</param>
public sealed record KeptAction(DateTimeOffset At, Guid Request, OperatorAction Action);

/// <summary>The actions of the audit log to read. A null matches anything.</summary>
/// <param name="Person">The person who did it; <see cref="Guid.Empty"/> for the command line.</param>
/// <param name="What">The action, such as <c>payment.refund</c>.</param>
/// <param name="From">The first moment.</param>
/// <param name="Before">The moment after the last one.</param>
public sealed record AuditFilter(Guid? Person = null, string? What = null, DateTimeOffset? From = null, DateTimeOffset? Before = null);

/// <summary>A place in the audit log, from which on it is read: behind so many actions of one request.</summary>
/// <param name="At">When the request's actions were committed.</param>
/// <param name="Shown">How many of its actions lie before the place.</param>
public readonly record struct AuditPlace(DateTimeOffset At, Guid Request, int Shown)
{
    /// <summary>The place behind an action.</summary>
    /// <param name="kept">The action.</param>
    /// <param name="before">The place behind the one before it; null for none.</param>
    public static AuditPlace After(KeptAction kept, AuditPlace? before) =>
        new(kept.At, kept.Request, before is { } place && place.At == kept.At && place.Request == kept.Request ? place.Shown + 1 : 1);

    /// <summary>Reads what <see cref="ToString"/> wrote; null where it is none.</summary>
    public static AuditPlace? Parse(string? text) => PlaceText.Parse(text) is var (at, id, number) ? new AuditPlace(at, id, number) : null;

    /// <summary>The text of the place in an address.</summary>
    public override string ToString() => PlaceText.Of(At, Request, Shown);
}

/// <summary>
/// The audit log: what operators did. A row commits with what it tells of, or not at all; a question to the outside has one before it is
/// asked.
/// </summary>
public sealed class OperatorActions(NpgsqlDataSource database) : IActLog
{
    /// <summary>Writes what operators do, in the transaction that does it. A request whose row is there adds none.</summary>
    /// <param name="origins">The senders; a client's commands are left out, unless it acts in an operator's place.</param>
    /// <param name="at">When.</param>
    /// <param name="written">Gets each new row, in the columns of its sealed table.</param>
    internal static async Task WriteAsync(
        NpgsqlConnection connection, IReadOnlyList<Origin> origins, DateTimeOffset at, Action<MerchantId, NpgsqlDataReader> written,
        CancellationToken cancel)
    {
        origins = [.. origins.Where(origin => origin.Action is not null)];
        if (origins.Count == 0)
            return;
        await using var batch = new NpgsqlBatch(connection);
        batch.Statement($"""
            INSERT INTO operator_action AS x (merchant_id, request_id, what, subject, at, person_id, who, reason)
            SELECT m.id, u.request, u.what, u.subject, $2, u.person, u.who, u.reason
              FROM merchant m
              JOIN unnest($3::bigint[], $4::uuid[], $5::text[], $6::text[], $7::uuid[], $8::text[], $9::text[])
                   u(m, request, what, subject, person, who, reason) ON u.m = m.id
             WHERE m.id = ANY($1)
            ON CONFLICT (merchant_id, request_id, what, subject) DO NOTHING
            RETURNING {SealedTables.OperatorAction.Returned}
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
        await using var row = await batch.ExecuteReaderAsync(cancel);
        while (await row.ReadAsync(cancel))
            written(new MerchantId(row.GetInt64(0)), row);
    }

    /// <summary>Writes them beside the lanes, with the change that seals them, and under its slots' locks as a lane does.</summary>
    internal static async Task WriteAsync(
        NpgsqlConnection connection, IReadOnlyList<Origin> origins, DateTimeOffset at, SealedChange change, CancellationToken cancel)
    {
        await change.LockAsync(cancel);
        await WriteAsync(connection, origins, at, (_, row) => change.Put(SealedTables.OperatorAction, row), cancel);
    }

    /// <summary>
    /// Writes what the origin's operator does by itself, for what need not commit anything: a question to a provider that may get no
    /// answer. A later commit of the same request adds no second row.
    /// </summary>
    /// <param name="at">When.</param>
    public Task AddAsync(Origin origin, DateTimeOffset at, CancellationToken cancel) => SqlStates.ReachingAsync(async () =>
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await transaction.CommitAsync(origin, at, cancel);
        return true;
    });

    /// <summary>The actions behind a place in the log, the newest first.</summary>
    /// <param name="place">Where to go on; null for the newest.</param>
    /// <param name="limit">How many at most.</param>
    public Task<IReadOnlyList<KeptAction>> ListAsync(
        MerchantId merchant, AuditFilter filter, AuditPlace? place, int limit, CancellationToken cancel) =>
        // Index: operator_action_by_person, else operator_action_by_what, else operator_action_by_time. The other conditions are looked at
        // on the way: operators are people, and do not fill pages in a day.
        database.AllAsync(
            $"""
            SELECT at, request_id, person_id, who, what, subject, reason FROM operator_action
             WHERE merchant_id = $1 AND (at, merchant_id, request_id) <= ($2, $1, $3) AND at >= $4 AND at < $5
               {PersonIs(filter)} {(filter.What is null ? "" : "AND what = $9")}
             ORDER BY at DESC, merchant_id DESC, request_id DESC, what, subject LIMIT $6 OFFSET $7
            """,
            command =>
            {
                command.With(merchant.Value).With(place?.At.UtcDateTime ?? DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc))
                    .With(place?.Request ?? Guid.AllBitsSet)
                    .With(filter.From?.UtcDateTime ?? DateTime.UnixEpoch)
                        .With(filter.Before?.UtcDateTime ?? DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc))
                    .With(limit).With(place?.Shown ?? 0).With(filter.Person ?? Guid.Empty).With(filter.What ?? "");
            },
            row => new KeptAction(
                row.GetFieldValue<DateTimeOffset>(0), row.GetGuid(1),
                new OperatorAction(
                    row.IsDBNull(2) ? null : row.GetGuid(2), row.GetString(3), row.GetString(4),
                    row.GetString(5),
                    row.GetString(6))),
            cancel);

    /// <summary>The kinds of actions that a merchant's operators have done so far.</summary>
    // Index: operator_action_by_what, one look for each action there is.
    public Task<IReadOnlyList<string>> KnownAsync(MerchantId merchant, CancellationToken cancel) => database.AllAsync(
        """
        WITH RECURSIVE known AS (
            (SELECT what FROM operator_action WHERE merchant_id = $1 ORDER BY what LIMIT 1)
            UNION ALL
            SELECT (SELECT a.what FROM operator_action a WHERE a.merchant_id = $1 AND a.what > k.what ORDER BY a.what LIMIT 1)
              FROM known k WHERE k.what IS NOT NULL)
        SELECT what FROM known WHERE what IS NOT NULL ORDER BY what
        """,
        command => command.With(merchant.Value), row => row.GetString(0), cancel);

    /// <inheritdoc/>
    public Task<bool> IsDoneAsync(Origin by, CancellationToken cancel) => SqlStates.ReachingAsync(async () =>
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        return await IsDoneAsync(connection, by, cancel);
    });

    /// <summary>
    /// Whether an operator's request has done this already. Its answer holds as long as others wait for the lock that the caller has.
    /// </summary>
    internal static async Task<bool> IsDoneAsync(NpgsqlConnection connection, Origin? by, CancellationToken cancel)
    {
        if (by?.Action is not { } action)
            return false;
        await using var batch = new NpgsqlBatch(connection);
        batch.Statement("SELECT FROM operator_action WHERE merchant_id = $1 AND request_id = $2 AND what = $3 LIMIT 1")
            .With(by.Merchant.Value).With(by.Request).With(action.What);
        await using var row = await batch.ExecuteReaderAsync(cancel);
        return await row.ReadAsync(cancel);
    }

    private static string PersonIs(AuditFilter filter) =>
        filter.Person is not { } person ? ""
        : person == Guid.Empty ? $"AND person_id IS NULL AND who = '{OperatorAction.CommandLine}'" : "AND person_id = $8";
}

/// <summary>Commits what an operator has changed beside the engine, together with the word of it.</summary>
internal static class AuditedCommit
{
    /// <summary>Commits, with a row that tells of the operator's action where there was one, and the block of what is sealed.</summary>
    /// <param name="transaction">The transaction of the change.</param>
    /// <param name="by">The operator; null for none.</param>
    /// <param name="change">The sealed rows that were changed; null for none.</param>
    public static Task CommitAsync(
        this NpgsqlTransaction transaction, Origin? by, TimeProvider clock, CancellationToken cancel, SealedChange? change = null) =>
        transaction.CommitAsync(by, clock.GetUtcNow(), cancel, change);

    /// <summary>Commits so, as of a time.</summary>
    public static async Task CommitAsync(
        this NpgsqlTransaction transaction, Origin? by, DateTimeOffset now, CancellationToken cancel, SealedChange? change = null)
    {
        await transaction.WriteAsync(by, now, change, cancel);
        await transaction.CommitDurablyAsync(cancel);
    }

    /// <summary>Writes the row that tells of the operator's action, and the block, without committing.</summary>
    public static async Task WriteAsync(
        this NpgsqlTransaction transaction, Origin? by, DateTimeOffset now, SealedChange? change, CancellationToken cancel)
    {
        if (by?.Action is not null)
        {
            change ??= new SealedChange(transaction.Connection!, by.Merchant, 0);
            await OperatorActions.WriteAsync(transaction.Connection!, [by], now, change, cancel);
        }

        if (change is not null)
            await change.SealAsync(now, cancel);
    }
}
