using Npgsql;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Reading;

/// <summary>Reads attempts at providers.</summary>
public sealed class Attempts(NpgsqlDataSource database) : IAttempts
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<Attempt>> DueAsync(DateTimeOffset now, int limit, CancellationToken cancel) =>
        // Index: attempt_due. So many of each provider account: one that answers nothing does not keep the others from their turn.
        database.LookAsync(
            among => $"""
            SELECT {Tables.Attempt.Selected}
              FROM (SELECT a.*, row_number() OVER (PARTITION BY a.merchant_id, a.provider ORDER BY a.due_at) AS turn
                      FROM attempt a WHERE {among("a.merchant_id")} AND a.due_at <= $1) x
             WHERE x.turn <= $2 ORDER BY x.due_at
            """,
            command => command.With(now.UtcDateTime).With(limit), Tables.Attempt.Read, cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Attempt>> OfPaymentAsync(PaymentId payment, CancellationToken cancel) =>
        // Index: attempt_of_payment.
        database.AllAsync(
            $"SELECT {Tables.Attempt.Selected} FROM attempt x WHERE x.merchant_id = $1 AND x.payment_id = $2 ORDER BY x.opened_at, x.id",
            command => command.With(payment.Merchant.Value).With(payment.Value), Tables.Attempt.Read, cancel);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Attempt>> OfClaimantsAsync(IReadOnlyList<ChargeId> charges, CancellationToken cancel) =>
        charges.Count == 0 ? [] : await database.AllAsync(
            // Indexes: claim_live_once, attempt_of_payment.
            $"""
            SELECT {Tables.Attempt.Selected} FROM attempt x
             WHERE x.merchant_id = $1
               AND x.payment_id IN (SELECT c.payment_id FROM claim c WHERE c.merchant_id = $1 AND c.charge_id = ANY($2) AND c.is_live)
             ORDER BY x.opened_at, x.id
            """,
            command => command.With(charges[0].Merchant.Value).With(charges.Select(charge => charge.Value).ToArray()), Tables.Attempt.Read,
            cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Attempt>> PaidOtherwiseAsync(int limit, CancellationToken cancel) =>
        // Indexes: attempt_unsettled, which holds the few that are under way; the keys of claim and charge.
        database.LookAsync(
            among => $"""
            SELECT {Tables.Attempt.Selected} FROM attempt x
             WHERE {among("x.merchant_id")} AND x.verb = 'authorise' AND x.status = 'pending' AND x.redirect_to IS NOT NULL
               AND EXISTS (SELECT FROM claim c
                            WHERE {among("c.merchant_id")} AND c.merchant_id = x.merchant_id AND c.payment_id = x.payment_id AND c.is_live)
               AND NOT EXISTS (SELECT FROM claim c
                             LEFT JOIN charge o ON {among("o.merchant_id")} AND o.merchant_id = c.merchant_id AND o.id = c.charge_id
                            WHERE {among("c.merchant_id")} AND c.merchant_id = x.merchant_id AND c.payment_id = x.payment_id
                              AND (o.id IS NULL OR o.is_open))
             LIMIT $1
            """,
            command => command.With(limit), Tables.Attempt.Read, cancel);

    /// <inheritdoc/>
    public Task<Attempt?> FindAsync(AttemptId id, CancellationToken cancel) => database.FirstAsync(
        $"SELECT {Tables.Attempt.Selected} FROM attempt x WHERE x.merchant_id = $1 AND x.id = $2",
        command => command.With(id.Merchant.Value).With(id.Value), Tables.Attempt.Read, cancel);

    /// <inheritdoc/>
    public Task<bool> MayBeAskedAsync(AttemptId capture, CancellationToken cancel) =>
        // Index: attempt_takes_once.
        IsOfOneAsync(capture, "x.status IN ('open', 'unknown', 'pending')", _ => { }, cancel);

    /// <inheritdoc/>
    public Task<bool> HasDeclinedAuthorisationAsync(AttemptId capture, DateTimeOffset since, CancellationToken cancel) =>
        // Index: attempt_by_age.
        IsOfOneAsync(capture, "x.status = 'declined' AND x.opened_at > $2", command => command.With(since.UtcDateTime), cancel);

    /// <inheritdoc/>
    public async Task<bool> HasReferenceAsync(MerchantId merchant, string provider, string reference, CancellationToken cancel) =>
        await database.FirstAsync(
            // Index: attempt_by_reference.
            "SELECT 1 FROM attempt WHERE provider_reference = $1 AND merchant_id = $2 AND provider = $3 LIMIT 1",
            command => command.With(reference).With(merchant.Value).With(provider), row => row.GetInt32(0), cancel) == 1;

    /// <inheritdoc/>
    public async Task<bool> HasUnnamedAsync(MerchantId merchant, string provider, CancellationToken cancel) =>
        await database.FirstAsync(
            // Indexes: attempt_unsettled, attempt_judged_unnamed.
            """
            SELECT 1
             WHERE EXISTS (SELECT FROM attempt WHERE status IN ('open', 'unknown', 'pending') AND verb = 'authorise'
                     AND provider_reference IS NULL AND merchant_id = $1 AND provider = $2)
                OR EXISTS (SELECT FROM attempt WHERE is_judged AND verb = 'authorise' AND provider_reference IS NULL
                     AND merchant_id = $1 AND provider = $2)
            """,
            command => command.With(merchant.Value).With(provider), row => row.GetInt32(0), cancel) == 1;

    private async Task<bool> IsOfOneAsync(
        AttemptId capture, string which, Action<NpgsqlBatchCommand> parameters, CancellationToken cancel)
    {
        var authorisations = await database.AllAsync(
            $"SELECT {Tables.Attempt.Selected} FROM attempt x WHERE x.merchant_id = $1 AND x.verb = 'authorise' AND {which}",
            command => parameters(command.With(capture.Merchant.Value)), Tables.Attempt.Read, cancel);
        return authorisations.Any(authorisation => authorisation.OwnCapture == capture);
    }

    /// <inheritdoc/>
    public async Task<bool> HasWonEarlyAsync(Attempt authorisation, string dispute, CancellationToken cancel)
    {
        // Index: notice_of_attempt.
        return await database.FirstAsync(
            """
            SELECT 1 FROM notice
             WHERE coalesce(body ->> 'request', body ->> 'authorisation') = $2 AND merchant_id = $1 AND provider = $3
               AND body ->> 'type' = 'dispute_won' AND body ->> 'dispute' = $4 AND due_at IS NOT NULL
             LIMIT 1
            """,
            command => command.With(authorisation.Id.Merchant.Value).With(authorisation.Id.Value.ToString("D"))
                .With(authorisation.Provider).With(dispute),
            row => row.GetInt32(0), cancel) == 1;
    }

    /// <summary>Attempts of one merchant by their ids; those that it does not have are left out.</summary>
    public Task<IReadOnlyList<Attempt>> FindAsync(MerchantId merchant, Guid[] ids, CancellationToken cancel) =>
        database.AllAsync(
            $"SELECT {Tables.Attempt.Selected} FROM attempt x WHERE x.merchant_id = $1 AND x.id = ANY($2)",
            command => command.With(merchant.Value).With(ids), Tables.Attempt.Read, cancel);

    /// <summary>Attempts that have no last word, the oldest first.</summary>
    /// <param name="onlyUnknown">Only those whose provider gave no clear answer.</param>
    /// <param name="cancel">Ends the reading.</param>
    public Task<IReadOnlyList<Attempt>> UnsettledAsync(bool onlyUnknown, CancellationToken cancel) =>
        // Index: attempt_unsettled.
        database.AllAsync(
            $"""
            SELECT {Tables.Attempt.Selected} FROM attempt x
             WHERE x.status IN ('open', 'unknown', 'pending') AND (x.status = 'unknown' OR NOT $1) ORDER BY x.opened_at
            """,
            command => command.With(onlyUnknown), Tables.Attempt.Read, cancel);
}
