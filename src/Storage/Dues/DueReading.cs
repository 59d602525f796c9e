using Npgsql;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Dues;
using Quittance.Core.Instruments;
using Quittance.Core.Overdue;
using Quittance.Core.Providers;
using Quittance.Storage.Overdue;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Tenancy;

namespace Quittance.Storage.Dues;

/// <summary>Reads what is due and the runs that ask for it, without locks. No statement is for one customer alone.</summary>
public sealed class DueReading(NpgsqlDataSource database) : IDues
{
    /// <summary>How many customers are read together.</summary>
    public const int AtOnce = 1000;

    // Index: charge_open_by_id; the key of account.
    private const string Owing = """
        SELECT a.id
          FROM (SELECT DISTINCT c.account_id FROM charge c WHERE c.merchant_id = $1 AND c.is_open AND c.due_on <= $2) k
         CROSS JOIN LATERAL (SELECT a.id, a.number FROM account a WHERE a.merchant_id = $1 AND a.id = k.account_id LIMIT 1) a
         WHERE a.number > $3
           AND ($5::text IS NULL
                OR EXISTS (SELECT FROM reference r WHERE r.object_id = a.id AND r.merchant_id = $1 AND r.dialect = $5))
         ORDER BY a.number LIMIT $4
        """;

    // The instrument of autopay, also where it can't be charged: nothing else is asked then. Else one that can be charged, the account's
    // own before others, the newest before older ones; where there is none, the last that can't be says why. Indexes:
    // instrument_of_account; the keys of account, account_holder, dunning, autopay and mandate.
    private static readonly string Parties = $"""
        SELECT {Tables.Account.Of("x", "h")}, d.account_id IS NOT NULL, {Tables.Dunning.Of("d")},
               i.id IS NOT NULL, {Tables.Instrument.Of("i", "j")}, u.nth IS NOT NULL, {Tables.Autopay.Of("u")}
          FROM unnest($2::uuid[]) k(id)
         CROSS JOIN LATERAL (SELECT a.* FROM account a WHERE a.merchant_id = $1 AND a.id = k.id LIMIT 1) x
          LEFT JOIN LATERAL (SELECT h.name FROM account_holder h WHERE h.merchant_id = $1 AND h.account_id = x.id LIMIT 1) h ON true
          LEFT JOIN LATERAL (SELECT d.* FROM dunning d WHERE d.merchant_id = $1 AND d.account_id = x.id LIMIT 1) d ON true
          {Autopays.LastOfAccount}
          LEFT JOIN LATERAL (
               SELECT i.* FROM instrument i
                 LEFT JOIN LATERAL (SELECT m.status, m.sequence FROM mandate m
                   WHERE m.merchant_id = $1 AND m.instrument_id = i.id LIMIT 1) m ON true
                WHERE i.account_id = x.id AND i.merchant_id = $1 AND i.provider IS NOT NULL
                  AND i.standing IN ('saved', 'current', 'removed')
                ORDER BY (i.id = u.instrument_id AND u.withdrawn_at IS NULL) IS TRUE DESC,
                         (i.standing <> 'removed' AND coalesce(i.expires_on >= $3, true) AND coalesce(m.status = 'active', true)
                          AND m.sequence IS NULL) DESC,
                         (i.standing = 'current') DESC, i.id DESC LIMIT 1) i ON true
          LEFT JOIN LATERAL (SELECT m.* FROM mandate m WHERE m.merchant_id = $1 AND m.instrument_id = i.id LIMIT 1) j ON true
         ORDER BY x.number
        """;

    // Without an instrument nothing has failed with it, and no payment is looked at. What never got through says nothing of the instrument:
    // the bank refused the whole file. Indexes: charge_open, claim_live_once, payment_of_account, attempt_of_payment, dispute_of_payment;
    // the key of claim.
    private static readonly string Open = $"""
        SELECT {Tables.Charge.Selected}, coalesce(l.amount_minor, 0), x.id = ANY($4),
               k.instrument_id IS NOT NULL
               AND EXISTS (SELECT FROM payment p
                            CROSS JOIN LATERAL (SELECT f.line FROM claim f
                              WHERE f.merchant_id = $1 AND f.payment_id = p.id AND f.charge_id = x.id LIMIT 1) f
                            WHERE p.account_id = k.id AND p.merchant_id = $1 AND p.instrument_id = k.instrument_id
                              AND ((p.status IN ('declined', 'failed')
                                    AND NOT EXISTS (SELECT FROM attempt a
                                                     WHERE a.payment_id = p.id AND a.merchant_id = $1 AND a.provider = 'bank'
                                                       AND a.reason = 'never_arrived'))
                                   OR EXISTS (SELECT FROM dispute d
                                               WHERE d.payment_id = p.id AND d.merchant_id = $1 AND d.status <> 'won')))
          FROM unnest($2::uuid[], $3::uuid[]) k(id, instrument_id)
         CROSS JOIN LATERAL (SELECT c.* FROM charge c WHERE c.account_id = k.id AND c.merchant_id = $1 AND c.is_open OFFSET 0) x
          LEFT JOIN LATERAL (SELECT l.amount_minor FROM claim l
            WHERE l.merchant_id = $1 AND l.charge_id = x.id AND l.is_live LIMIT 1) l ON true
        """;

    // The result of a payment p of a run, and why it failed. Indexes: due_payment_of_run, dispute_of_payment, attempt_of_payment; the key
    // of payment.
    private const string Asked = """
        due_payment q
         CROSS JOIN LATERAL (SELECT p.* FROM payment p WHERE p.merchant_id = $1 AND p.id = q.payment_id LIMIT 1) x
          LEFT JOIN LATERAL (SELECT d.reason FROM dispute d
            WHERE d.payment_id = x.id AND d.merchant_id = $1 AND d.status <> 'won' ORDER BY d.opened_at DESC LIMIT 1) d ON true
          LEFT JOIN LATERAL (SELECT a.reason FROM attempt a
            WHERE a.payment_id = x.id AND a.merchant_id = $1 AND a.status = 'declined' AND a.verb IN ('authorise', 'capture')
              AND x.status IN ('declined', 'failed')
            ORDER BY a.opened_at DESC LIMIT 1) r ON true
         CROSS JOIN LATERAL (SELECT CASE
            WHEN EXISTS (SELECT FROM dispute d WHERE d.payment_id = x.id AND d.merchant_id = $1 AND d.status <> 'won') THEN 'returned'
            WHEN x.status = 'captured' THEN 'paid'
            WHEN x.status IN ('declined', 'failed', 'cancelled') THEN 'failed'
            ELSE 'pending' END AS result) s
        """;

    /// <summary>The merchant's day of a moment, by which runs go.</summary>
    public Task<DateOnly> DayAsync(MerchantId merchant, DateTimeOffset moment, CancellationToken cancel) =>
        database.DayAsync(merchant, moment, cancel);

    /// <inheritdoc/>
    public async Task<DuePreview> PreviewAsync(MerchantId merchant, DueFilter filter, DateOnly today, CancellationToken cancel)
    {
        Dictionary<(DueWay, string, Currency), (long Count, long SumMinor)> toAsk = [];
        Dictionary<(DueWait, Currency), (long Count, long SumMinor)> leftOut = [];
        var customers = 0;
        await foreach (var customer in EachAsync(merchant, filter, today, after: 0, cancel))
        {
            customers += customer.Verdicts.Any(one => one.Why is null) ? 1 : 0;
            foreach (var one in customer.Verdicts)
            {
                var currency = one.Amount.Currency;
                if (one.Why is { } why)
                    leftOut[(why, currency)] = Plus(leftOut.GetValueOrDefault((why, currency)), one.Amount);
                else if ((customer.Case.Way!.Value, customer.Case.Instrument!.Vaulted!.Provider, currency) is var key)
                    toAsk[key] = Plus(toAsk.GetValueOrDefault(key), one.Amount);
            }
        }

        return new DuePreview(
            filter, customers,
            [
                .. from one in toAsk
                   let key = one.Key
                   orderby key.Item1, key.Item2, key.Item3.Code
                   select new DueSum(key.Item1, key.Item2, one.Value.Count, new Money(one.Value.SumMinor, key.Item3)),
            ],
            [
                .. from one in leftOut
                   let key = one.Key
                   orderby key.Item1, key.Item2.Code
                   select new DueLeftOut(key.Item1, one.Value.Count, new Money(one.Value.SumMinor, key.Item2)),
            ]);

        static (long, long) Plus((long Count, long SumMinor) before, Money amount) =>
            (before.Count + 1, checked(before.SumMinor + amount.AmountMinor));
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<DueCustomer>> CustomersAsync(
        MerchantId merchant, DueFilter filter, DateOnly today, long after, int customers, CancellationToken cancel) =>
        await ReadAsync(
            merchant, await OwingAsync(merchant, filter, after, customers, cancel), filter, today,
            await Dunnings.DisputedAsync(database, merchant, cancel), cancel);

    /// <summary>The charges that are left out, with their customers, in the order of the customers' numbers.</summary>
    /// <param name="why">Only those that are left out for this reason; null for all.</param>
    /// <param name="after">The number of the customer behind whom the list begins; 0 for the first.</param>
    /// <param name="limit">How many; those of one customer stay together.</param>
    public async Task<IReadOnlyList<(DueCase Case, DueVerdict Verdict)>> LeftOutAsync(
        MerchantId merchant, DueFilter filter, DateOnly today, DueWait? why, long after, int limit, CancellationToken cancel)
    {
        List<(DueCase, DueVerdict)> found = [];
        await foreach (var customer in EachAsync(merchant, filter, today, after, cancel))
        {
            found.AddRange(customer.Verdicts.Where(one => one.Why is { } its && (why is null || its == why)).Select(
                one => (customer.Case, one)));
            if (found.Count >= limit)
                break;
        }

        return found;
    }

    /// <summary>The customers who owe something that is due, in the order of their numbers, a part of them in memory at a time.</summary>
    /// <param name="after">The number of the customer behind whom they begin; 0 for the first.</param>
    public async IAsyncEnumerable<DueCustomer> EachAsync(
        MerchantId merchant, DueFilter filter, DateOnly today, long after,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var disputed = await Dunnings.DisputedAsync(database, merchant, cancel);
        foreach (var some in (await OwingAsync(merchant, filter, after, int.MaxValue, cancel)).Chunk(AtOnce))
        {
            foreach (var customer in await ReadAsync(merchant, some, filter, today, disputed, cancel))
                yield return customer;
        }
    }

    /// <inheritdoc/>
    public Task<DueRun?> FindAsync(DueRunId id, CancellationToken cancel) => database.FirstAsync(
        $"SELECT {Tables.DueRun.Selected} FROM due_run x WHERE x.merchant_id = $1 AND x.id = $2",
        command => command.With(id.Merchant.Value).With(id.Value), Tables.DueRun.Read, cancel);

    /// <summary>A run by its number; null for none.</summary>
    public Task<DueRun?> FindAsync(MerchantId merchant, long number, CancellationToken cancel) => database.FirstAsync(
        $"SELECT {Tables.DueRun.Selected} FROM due_run x WHERE x.number = $2 AND x.merchant_id = $1",
        command => command.With(merchant.Value).With(number), Tables.DueRun.Read, cancel);

    /// <summary>The runs of a merchant, the newest first.</summary>
    public Task<IReadOnlyList<DueRun>> ListAsync(MerchantId merchant, int limit, CancellationToken cancel) => database.AllAsync(
        $"SELECT {Tables.DueRun.Selected} FROM due_run x WHERE x.merchant_id = $1 ORDER BY x.begun_at DESC, x.number DESC LIMIT $2",
        command => command.With(merchant.Value).With(limit), Tables.DueRun.Read, cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<DueOutcome>> OutcomesAsync(DueRunId id, CancellationToken cancel) => database.AllAsync(
        $"""
        SELECT s.result, coalesce(d.reason, r.reason), x.currency, count(*), sum(x.amount_minor)::bigint
          FROM {Asked} WHERE q.run_id = $2 AND q.merchant_id = $1
         GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
        """,
        command => command.With(id.Merchant.Value).With(id.Value),
        row => new DueOutcome(
            EnumWords.To<DueResult>(row.GetString(0)), row.IsDBNull(1) ? null : EnumWords.Find<DeclineReason>(row.GetString(1)),
            row.GetInt64(3), new Money(row.GetInt64(4), Currency.Parse(row.GetString(2)))),
        cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<AskedDue>> PaymentsAsync(
        DueRunId id, DueResult? only, Guid after, int limit, CancellationToken cancel) => database.AllAsync(
        // The keys of account, account_holder and charge.
        $"""
        SELECT {Tables.Payment.Selected}, {Tables.Account.Of("a", "h")}, {Tables.Charge.Of("c")}, s.result, coalesce(d.reason, r.reason)
          FROM {Asked}
         CROSS JOIN LATERAL (SELECT a.* FROM account a WHERE a.merchant_id = $1 AND a.id = x.account_id LIMIT 1) a
          LEFT JOIN LATERAL (SELECT h.name FROM account_holder h WHERE h.merchant_id = $1 AND h.account_id = a.id LIMIT 1) h ON true
         CROSS JOIN LATERAL (SELECT c.* FROM charge c WHERE c.merchant_id = $1 AND c.id = q.charge_id LIMIT 1) c
         WHERE q.run_id = $2 AND q.merchant_id = $1 AND q.payment_id > $3
           AND ($5::text IS NULL OR s.result = $5)
         ORDER BY q.payment_id LIMIT $4
        """,
        command => command.With(id.Merchant.Value).With(id.Value).With(after).With(limit)
            .With<string?>(only is { } one ? EnumWords.Of(one) : null),
        row =>
        {
            var (account, charge) = (Tables.Payment.Width, Tables.Payment.Width + Tables.Account.Width);
            var behind = charge + Tables.Charge.Width;
            return new AskedDue(
                Tables.Account.Read(row, account), Tables.Charge.Read(row, charge), Tables.Payment.Read(row),
                EnumWords.To<DueResult>(row.GetString(behind)),
                row.IsDBNull(behind + 1) ? null : EnumWords.Find<DeclineReason>(row.GetString(behind + 1)));
        },
        cancel);

    private async Task<Guid[]> OwingAsync(MerchantId merchant, DueFilter filter, long after, int limit, CancellationToken cancel) =>
    [
        .. await database.AllAsync(
            Owing,
            command => command.With(merchant.Value).With(filter.Until).With(after).With(limit).With<string?>(filter.Dialect),
            row => row.GetGuid(0), cancel),
    ];

    private async Task<IReadOnlyList<DueCustomer>> ReadAsync(
        MerchantId merchant, Guid[] accounts, DueFilter filter, DateOnly today, Guid[] disputed, CancellationToken cancel)
    {
        if (accounts.Length == 0)
            return [];
        var parties = await database.AllAsync(
            Parties, command => command.With(merchant.Value).With(accounts).With(today), ReadParty, cancel);
        var open = (await database.AllAsync(
            Open,
            command => command.With(merchant.Value).With(parties.ToColumn(party => party.Account.Id.Value))
                .With(parties.ToColumn(party => party.Instrument?.Id.Value)).With(disputed),
            row => new DueCharge(
                Tables.Charge.Read(row), row.GetInt64(Tables.Charge.Width), row.GetBoolean(Tables.Charge.Width + 1),
                row.GetBoolean(Tables.Charge.Width + 2)),
            cancel)).ToLookup(due => due.Charge.Account);
        var credits = await AccountCredits.ReadAsync(database, merchant, accounts, cancel);
        return
        [
            .. from party in parties
               let account = party.Account
               let found = new DueCase(
                   account, party.Dunning, party.Instrument,
                   [.. open[account.Id].Where(due => due.Charge.Amount.Currency == account.Currency)],
                   credits.GetValueOrDefault(account.Id))
               {
                   Autopay = party.Autopay,
               }
               select new DueCustomer(found, found.On(filter, today)),
        ];
    }

    private static (Account Account, AccountDunning Dunning, Instrument? Instrument, Autopay? Autopay) ReadParty(NpgsqlDataReader row)
    {
        var account = Tables.Account.Read(row);
        var dunning = Tables.Account.Width;
        var instrument = dunning + 1 + Tables.Dunning.Width;
        var autopay = instrument + 1 + Tables.Instrument.Width;
        return (
            account, row.GetBoolean(dunning) ? Tables.Dunning.Read(row, dunning + 1) : AccountDunning.None(account.Id),
            row.GetBoolean(instrument) ? Tables.Instrument.Read(row, instrument + 1) : null,
            row.GetBoolean(autopay) ? Tables.Autopay.Read(row, autopay + 1) : null);
    }
}
