using Npgsql;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Instruments;
using Quittance.Core.Overdue;
using Quittance.Storage.Console;
using Quittance.Storage.Debits;
using Quittance.Storage.Dues;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Tenancy;

namespace Quittance.Storage.Overdue;

/// <summary>Reads which failed payments are tried again, without locks.</summary>
public sealed class Retries(NpgsqlDataSource database, RetryPolicies policies) : IRetries
{
    // No payment is tried again so long after it began.
    private static readonly TimeSpan Horizon = TimeSpan.FromDays(4 * RetryPolicy.MostDays);

    private const string OfPayments = "unnest($2::uuid[]) k(id)";

    // A payment that a later one has claimed a charge of, beside its own tries, is not tried again: that one is.
    // Indexes: payment_retry_of_payment, payment_of_account, the keys of claim and charge.
    private const string IsFirstAndLast = """
        NOT EXISTS (SELECT FROM payment_retry r WHERE r.payment_id = p.id AND r.merchant_id = $1)
        AND EXISTS (SELECT FROM claim k
                     CROSS JOIN LATERAL (SELECT c.is_open FROM charge c WHERE c.merchant_id = $1 AND c.id = k.charge_id LIMIT 1) c
                     WHERE k.merchant_id = $1 AND k.payment_id = p.id AND c.is_open)
        AND NOT EXISTS (SELECT FROM claim k
                         CROSS JOIN LATERAL (SELECT n.id FROM payment n
                           WHERE n.account_id = p.account_id AND n.merchant_id = $1 AND n.id > p.id OFFSET 0) n
                         CROSS JOIN LATERAL (SELECT o.charge_id FROM claim o WHERE o.merchant_id = $1 AND o.payment_id = n.id OFFSET 0) o
                         WHERE k.merchant_id = $1 AND k.payment_id = p.id AND o.charge_id = k.charge_id
                           AND NOT EXISTS (SELECT FROM payment_retry r
                                            WHERE r.payment_id = n.id AND r.merchant_id = $1 AND r.first_id = p.id))
        """;

    /// <summary>
    /// A part of the payments of a merchant that failed with a stored instrument and whose charges are open, in the order of their ids;
    /// none without a policy.
    /// </summary>
    /// <param name="after">The payment behind which the part begins; empty for the first part.</param>
    public async Task<IReadOnlyList<RetryCandidate>> CandidatesAsync(
        MerchantId merchant, DateOnly today, Guid after, int limit, CancellationToken cancel)
    {
        if (await policies.FindAsync(merchant, cancel) is not { } policy)
            return [];
        var from = BeginOf(today);
        // Indexes: payment_not_captured, dispute_returned. Ids of payments begin with their time.
        var first = await database.AllAsync(
            $"""
            SELECT p.id FROM (
                (SELECT p.id, p.account_id FROM payment p
                  WHERE p.status IN ('declined', 'failed') AND p.merchant_id = $1 AND p.id > greatest($2::uuid, $4::uuid)
                    AND p.instrument_id IS NOT NULL)
                UNION
                (SELECT p.id, p.account_id FROM dispute d
                  CROSS JOIN LATERAL (SELECT p.id, p.account_id FROM payment p
                    WHERE p.merchant_id = $1 AND p.id = d.payment_id AND p.instrument_id IS NOT NULL LIMIT 1) p
                  WHERE d.merchant_id = $1 AND d.opened_at > $5 AND d.kind = 'returned_debit' AND p.id > $2)) p
             WHERE {IsFirstAndLast}
             ORDER BY p.id LIMIT $3
            """,
            command => command.With(merchant.Value).With(after).With(limit).With(Guid.CreateVersion7(from)).With(from.UtcDateTime),
            row => row.GetGuid(0), cancel);
        return await ReadAsync(merchant, policy, [.. first], cancel);
    }

    /// <inheritdoc/>
    public async Task<PaymentTries?> FindAsync(PaymentId payment, DateOnly today, CancellationToken cancel) =>
        (await FindAsync(payment.Merchant, [payment], today, cancel)).GetValueOrDefault(payment);

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<PaymentId, RetryVerdict>> NextAsync(
        MerchantId merchant, IReadOnlyCollection<PaymentId> payments, DateOnly today, CancellationToken cancel) =>
        (await FindAsync(merchant, payments, today, cancel)).ToDictionary(one => one.Key, one => one.Value.Next);

    private async Task<Dictionary<PaymentId, PaymentTries>> FindAsync(
        MerchantId merchant, IReadOnlyCollection<PaymentId> payments, DateOnly today, CancellationToken cancel)
    {
        // Indexes: payment_retry_of_payment, dispute_of_payment; the key of payment.
        var found = payments.Count == 0 ? [] : await database.AllAsync(
            $"""
            SELECT o.id, p.id, p.instrument_id IS NULL,
                   p.status NOT IN ('declined', 'failed')
                       AND NOT EXISTS (SELECT FROM dispute d
                                        WHERE d.payment_id = p.id AND d.merchant_id = $1 AND d.status <> 'won'),
                   {IsFirstAndLast}
              FROM unnest($2::uuid[]) o(id)
             CROSS JOIN LATERAL (SELECT coalesce((SELECT r.first_id FROM payment_retry r
               WHERE r.payment_id = o.id AND r.merchant_id = $1), o.id) AS id) k
             CROSS JOIN LATERAL (SELECT p.* FROM payment p WHERE p.merchant_id = $1 AND p.id = k.id LIMIT 1) p
            """,
            command => command.With(merchant.Value).With(payments.Select(payment => payment.Value).ToArray()),
            row => (Asked: new PaymentId(merchant, row.GetGuid(0)), First: new PaymentId(merchant, row.GetGuid(1)),
                HasNoInstrument: row.GetBoolean(2), HasNotFailed: row.GetBoolean(3), IsLast: row.GetBoolean(4)),
            cancel);
        Guid[] first = [.. found.Select(one => one.First.Value).Distinct()];
        var tries = (await TriesAsync(merchant, first, cancel)).ToLookup(retry => retry.Id.First);
        var cases = (await ReadAsync(
            merchant, await policies.FindAsync(merchant, cancel),
            [.. found.Where(one => one is { HasNoInstrument: false, HasNotFailed: false }).Select(one => one.First.Value).Distinct()],
            cancel)).ToDictionary(candidate => candidate.First.Id, candidate => candidate.Case);
        return found.ToDictionary(one => one.Asked, one => new PaymentTries(
            one.First, [.. tries[one.First].OrderBy(retry => retry.Id.Nth)],
            one.HasNoInstrument ? new RetryVerdict(RetryWait.NoInstrument)
                : one.HasNotFailed ? new RetryVerdict(RetryWait.NotFailed)
                : NextOf(cases[one.First], one.IsLast, today)));
    }

    private static RetryVerdict NextOf(RetryCase failed, bool isLast, DateOnly today) =>
        failed.Charges.Count > 0 && !isLast ? new RetryVerdict(RetryWait.Replaced)
            : failed.First is { } first && first.On < DateOnly.FromDateTime(BeginOf(today).UtcDateTime)
                ? new RetryVerdict(RetryWait.NoTryLeft)
            : failed.On(today);

    /// <inheritdoc/>
    public Task<OpenClaims?> OpenClaimsAsync(PaymentId payment, InstrumentId instrument, CancellationToken cancel) =>
        Snapshot.ReadAsync(database, async snapshot =>
        {
            var claims = await snapshot.AllAsync(
                $"""
                SELECT least(k.amount_minor, {ChargeSql.OpenMinor("x")}),
                       {Tables.Charge.Selected}
                  FROM (SELECT k.* FROM claim k WHERE k.merchant_id = $1 AND k.payment_id = $2) k
                 CROSS JOIN LATERAL (SELECT x.* FROM charge x WHERE x.merchant_id = $1 AND x.id = k.charge_id LIMIT 1) x
                 WHERE x.is_open ORDER BY k.line
                """,
                command => command.With(payment.Merchant.Value).With(payment.Value), PaymentStories.Claim);
            var names = await snapshot.AllAsync(
                // Index: reference_by_object.
                "SELECT dialect, kind, value FROM reference WHERE object_id = $2 AND merchant_id = $1 LIMIT 1",
                command => command.With(instrument.Merchant.Value).With(instrument.Value),
                row => new Reference(instrument.Merchant, row.GetString(0), row.GetString(1), row.GetString(2)));
            var newest = await snapshot.AllAsync(
                // Index: payment_of_account.
                """
                SELECT n.id FROM payment p CROSS JOIN LATERAL (
                       SELECT n.id FROM payment n WHERE n.account_id = p.account_id AND n.merchant_id = $1 ORDER BY n.id DESC LIMIT 1) n
                 WHERE p.merchant_id = $1 AND p.id = $2
                """,
                command => command.With(payment.Merchant.Value).With(payment.Value), row => row.GetGuid(0));
            return claims.Count > 0 && names is [var name] ? new OpenClaims(name, claims, newest[0]) : null;
        }, cancel);

    private static DateTimeOffset BeginOf(DateOnly today) => new DateTimeOffset(today, TimeOnly.MinValue, TimeSpan.Zero) - Horizon;

    /// <summary>The fees of returned debits that the policy of their moment has the customer pay, and that are not charged yet.</summary>
    public Task<IReadOnlyList<ReturnFee>> FeesAsync(MerchantId merchant, DateOnly today, CancellationToken cancel) => database.AllAsync(
        // Indexes: dispute_returned, dispute_of_payment; the keys of payment, account and reference.
        """
        SELECT a.id, a.slot, p.number, n.nth, d.fee_minor, p.currency
          FROM dispute d
         CROSS JOIN LATERAL (SELECT p.* FROM payment p WHERE p.merchant_id = $1 AND p.id = d.payment_id LIMIT 1) p
         CROSS JOIN LATERAL (SELECT a.* FROM account a WHERE a.merchant_id = $1 AND a.id = p.account_id LIMIT 1) a
         CROSS JOIN LATERAL (SELECT count(*) AS nth FROM dispute o
                              WHERE o.payment_id = d.payment_id AND o.merchant_id = $1 AND (o.opened_at, o.id) <= (d.opened_at, d.id)) n
         CROSS JOIN LATERAL (SELECT r.charges_fee FROM retry_policy r
                              WHERE r.merchant_id = $1 AND r.since <= d.opened_at ORDER BY r.since DESC LIMIT 1) r
         WHERE d.merchant_id = $1 AND d.opened_at > $2 AND d.kind = 'returned_debit' AND d.status <> 'won' AND d.fee_minor > 0
           AND r.charges_fee AND a.currency = p.currency AND a.status IS DISTINCT FROM 'closed'
           AND NOT EXISTS (SELECT FROM reference f
                            WHERE f.merchant_id = $1 AND f.dialect = $3 AND f.kind = $4 AND f.value = format('R%s-%s', p.number, n.nth))
         ORDER BY d.opened_at, d.id
        """,
        command => command.With(merchant.Value).With(BeginOf(today).UtcDateTime)
            .With(Reference.House).With(ReturnFee.Kind),
        row => new ReturnFee(
            AccountTarget.Of(new AccountId(merchant, row.GetGuid(0)), row.GetInt16(1)), row.GetInt64(2), row.GetInt64(3),
            new Money(row.GetInt64(4), Currency.Parse(row.GetString(5)))),
        cancel);

    private async Task<IReadOnlyList<RetryCandidate>> ReadAsync(
        MerchantId merchant, RetryPolicy? policy, Guid[] first, CancellationToken cancel)
    {
        if (first.Length == 0)
            return [];
        var tries = (await TriesAsync(merchant, first, cancel)).ToLookup(retry => retry.Id.First);
        var last = first.ToDictionary(
            id => id, id => tries[new PaymentId(merchant, id)].MaxBy(retry => retry.Id.Nth)?.Payment ?? new PaymentId(merchant, id));
        Guid[] all = [.. first.Union(last.Values.Select(id => id.Value))];
        var payments = (await AllAsync(
            $"SELECT {Tables.Payment.Selected} FROM {OfPayments} "
            + "CROSS JOIN LATERAL (SELECT p.* FROM payment p WHERE p.merchant_id = $1 AND p.id = k.id LIMIT 1) x",
            all, Tables.Payment.Read)).ToDictionary(payment => payment.Id);
        var attempts = (await AllAsync(
            $"SELECT {Tables.Attempt.Selected} FROM {OfPayments} "
            + "CROSS JOIN LATERAL (SELECT a.* FROM attempt a WHERE a.payment_id = k.id AND a.merchant_id = $1 OFFSET 0) x",
            all, Tables.Attempt.Read)).ToLookup(attempt => attempt.Payment);
        var disputes = (await AllAsync(
            $"SELECT {Tables.Dispute.Selected} FROM {OfPayments} "
            + "CROSS JOIN LATERAL (SELECT d.* FROM dispute d WHERE d.payment_id = k.id AND d.merchant_id = $1 OFFSET 0) x",
            all, Tables.Dispute.Read)).ToLookup(dispute => dispute.Payment);
        var charges = await ChargesAsync(merchant, first, cancel);
        var parties = await PartiesAsync(merchant, first, cancel);
        var credits = await AccountCredits.ReadAsync(
            database, merchant, [.. parties.Values.Select(party => party.Account.Id.Value).Distinct()], cancel);
        var open = await OpenAsync(merchant, [.. credits.Keys.Select(account => account.Value)], cancel);
        var zone = await database.ZoneAsync(merchant, cancel);
        DateOnly? restoredOn = await new LostTime(database).RestoredAtAsync(cancel) is { } restored ? zone.DayOf(restored) : null;
        return
        [
            .. from id in first.Select(id => new PaymentId(merchant, id))
               let party = parties[id]
               select new RetryCandidate(payments[id], last[id.Value], party.Name, new RetryCase(
                   policy, party.Account, party.Dunning, party.Instrument, FailureOf(id), FailureOf(last[id.Value]), tries[id].Count(),
                   [.. charges[id]])
               {
                   LastTriedOn = tries[id].MaxBy(retry => retry.Id.Nth)?.TriedOn,
                   CreditMinor = credits.GetValueOrDefault(party.Account.Id),
                   IsAgainstAutopay = party.IsAgainstAutopay,
                   Open = [.. open[party.Account.Id]],
                   RestoredOn = restoredOn,
                   IsByFile = RetryCase.GoesByFile(attempts[last[id.Value]]),
               }),
        ];

        Failure? FailureOf(PaymentId id) => Failure.Of(payments[id], attempts[id], [.. disputes[id]], zone);

        Task<IReadOnlyList<T>> AllAsync<T>(string sql, Guid[] ids, Func<NpgsqlDataReader, T> read) =>
            database.AllAsync(sql, command => command.With(merchant.Value).With(ids), read, cancel);
    }

    /// <summary>The open charges that credit is for.</summary>
    private async Task<ILookup<AccountId, Charge>> OpenAsync(MerchantId merchant, Guid[] accounts, CancellationToken cancel) =>
        (accounts.Length == 0 ? [] : await database.AllAsync(
            // Indexes: charge_open, claim_live_once.
            $"""
            SELECT {Tables.Charge.Selected},
                   EXISTS (SELECT FROM claim l WHERE l.merchant_id = $1 AND l.charge_id = x.id AND l.is_live)
              FROM {OfPayments}
             CROSS JOIN LATERAL (SELECT c.* FROM charge c
               WHERE c.account_id = k.id AND c.merchant_id = $1 AND c.is_open OFFSET 0) x
            """,
            command => command.With(merchant.Value).With(accounts),
            row => (Charge: Tables.Charge.Read(row), IsClaimed: row.GetBoolean(Tables.Charge.Width)), cancel))
        .Where(one => RetryCase.TakesCredit(one.Charge, one.IsClaimed)).ToLookup(one => one.Charge.Account, one => one.Charge);

    private Task<IReadOnlyList<PaymentRetry>> TriesAsync(MerchantId merchant, Guid[] first, CancellationToken cancel) => database.AllAsync(
        $"SELECT {Tables.PaymentRetry.Selected} FROM {OfPayments} "
        + "CROSS JOIN LATERAL (SELECT r.* FROM payment_retry r WHERE r.merchant_id = $1 AND r.first_id = k.id OFFSET 0) x",
        command => command.With(merchant.Value).With(first), Tables.PaymentRetry.Read, cancel);

    /// <summary>The open charges that payments claimed, in the order of their claims.</summary>
    private async Task<ILookup<PaymentId, RetriedCharge>> ChargesAsync(MerchantId merchant, Guid[] payments, CancellationToken cancel) =>
        (await database.AllAsync(
            // Index: claim_live_once.
            $"""
            SELECT {Tables.Claim.Of("c")}, {Tables.Charge.Selected},
                   EXISTS (SELECT FROM claim l WHERE l.merchant_id = $1 AND l.charge_id = x.id AND l.is_live)
              FROM {OfPayments}
             CROSS JOIN LATERAL (SELECT c.* FROM claim c WHERE c.merchant_id = $1 AND c.payment_id = k.id OFFSET 0) c
             CROSS JOIN LATERAL (SELECT x.* FROM charge x WHERE x.merchant_id = $1 AND x.id = c.charge_id LIMIT 1) x
             WHERE x.is_open ORDER BY c.payment_id, c.line
            """,
            command => command.With(merchant.Value).With(payments),
            row => (Claim: Tables.Claim.Read(row), Charge: Tables.Charge.Read(row, Tables.Claim.Width),
                IsClaimed: row.GetBoolean(Tables.Claim.Width + Tables.Charge.Width)), cancel))
        .ToLookup(one => one.Claim.Payment, one => RetryCase.ChargeOf(one.Charge, one.Claim, one.IsClaimed));

    /// <summary>The accounts and instruments of payments.</summary>
    private async Task<Dictionary<PaymentId, Party>> PartiesAsync(MerchantId merchant, Guid[] payments, CancellationToken cancel) =>
        (await database.AllAsync(
            // Index: reference_by_object.
            $"""
            SELECT k.id, n.dialect, n.kind, n.value, {Tables.Account.Of("x", "h")}, {Tables.Instrument.Of("i", "j")},
                   d.account_id IS NOT NULL, {Tables.Dunning.Of("d")},
                   u.nth IS NOT NULL AND (u.withdrawn_at IS NOT NULL OR u.instrument_id IS DISTINCT FROM p.instrument_id)
              FROM {OfPayments}
             CROSS JOIN LATERAL (SELECT p.* FROM payment p WHERE p.merchant_id = $1 AND p.id = k.id LIMIT 1) p
             CROSS JOIN LATERAL (SELECT a.* FROM account a WHERE a.merchant_id = $1 AND a.id = p.account_id LIMIT 1) x
              LEFT JOIN LATERAL (SELECT h.name FROM account_holder h WHERE h.merchant_id = $1 AND h.account_id = x.id LIMIT 1) h ON true
             CROSS JOIN LATERAL (SELECT i.* FROM instrument i WHERE i.merchant_id = $1 AND i.id = p.instrument_id LIMIT 1) i
              LEFT JOIN LATERAL (SELECT m.* FROM mandate m WHERE m.merchant_id = $1 AND m.instrument_id = i.id LIMIT 1) j ON true
             CROSS JOIN LATERAL (SELECT n.* FROM reference n WHERE n.object_id = i.id AND n.merchant_id = $1 LIMIT 1) n
              LEFT JOIN LATERAL (SELECT d.* FROM dunning d WHERE d.merchant_id = $1 AND d.account_id = x.id LIMIT 1) d ON true
              {Autopays.LastOfAccount}
            """,
            command => command.With(merchant.Value).With(payments),
            row =>
            {
                var account = Tables.Account.Read(row, 4);
                var behind = 4 + Tables.Account.Width;
                var instrument = Tables.Instrument.Read(row, behind);
                behind += Tables.Instrument.Width;
                return (Payment: new PaymentId(merchant, row.GetGuid(0)), Party: new Party(
                    account, instrument, new Reference(merchant, row.GetString(1), row.GetString(2), row.GetString(3)),
                    row.GetBoolean(behind) ? Tables.Dunning.Read(row, behind + 1) : AccountDunning.None(account.Id),
                    row.GetBoolean(behind + 1 + Tables.Dunning.Width)));
            },
            cancel)).ToDictionary(one => one.Payment, one => one.Party);

    private sealed record Party(Account Account, Instrument Instrument, Reference Name, AccountDunning Dunning, bool IsAgainstAutopay);
}
