using Npgsql;
using Quittance.Core;
using Quittance.Core.Mails;
using Quittance.Core.Overdue;
using Quittance.Storage.Lanes;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Tenancy;

namespace Quittance.Storage.Overdue;

/// <summary>Reads what decides on the dunning of accounts, without locks.</summary>
public sealed class Dunnings(NpgsqlDataSource database, DunningPolicies policies) : IDunnings
{
    private const string OfAccounts = "unnest($2::uuid[]) k(id)";

    // Indexes: charge_open, claim_live_once, attempt_of_payment.
    private static readonly string Overdue = $"""
        SELECT {Tables.Charge.Selected},
               EXISTS (SELECT FROM claim l WHERE l.merchant_id = $1 AND l.charge_id = x.id AND l.is_live
                          AND NOT EXISTS (SELECT FROM attempt a WHERE a.payment_id = l.payment_id AND a.merchant_id = $1
                                             AND {PaymentPrefetch.WaitsForTransfer} AND a.opened_at < $6)),
               x.id = ANY($5)
          FROM {OfAccounts}
         CROSS JOIN LATERAL (SELECT c.* FROM charge c
           WHERE c.account_id = k.id AND c.merchant_id = $1 AND c.is_open AND c.due_on < $3 AND c.label <> $4 OFFSET 0) x
        """;

    /// <summary>A part of the accounts of a merchant that owe something overdue or are dunned, in the order of their ids.</summary>
    /// <param name="after">The account behind which the part begins; empty for the first part.</param>
    public async Task<IReadOnlyList<DunningCandidate>> CandidatesAsync(
        MerchantId merchant, DateOnly today, Guid after, int limit, CancellationToken cancel)
    {
        var hasPolicy = (await policies.ListAsync(merchant, cancel)).Count > 0;
        // Indexes: charge_open, dunning_running; both in the order of accounts. Without a policy cycles only end.
        var accounts = await database.AllAsync(
            """
            SELECT x.account_id FROM (
                (SELECT DISTINCT c.account_id FROM charge c
                  WHERE $6 AND c.account_id > $2 AND c.merchant_id = $1 AND c.is_open AND c.due_on < $3 AND c.label <> $5
                  ORDER BY c.account_id LIMIT $4)
                UNION
                (SELECT d.account_id FROM dunning d
                  WHERE d.account_id > $2 AND d.merchant_id = $1 AND d.level > 0 ORDER BY d.account_id LIMIT $4)) x
             ORDER BY x.account_id LIMIT $4
            """,
            command => command.With(merchant.Value).With(after).With(today).With(limit).With(DunningCommand.FeeLabel)
                .With(hasPolicy),
            row => row.GetGuid(0), cancel);
        return await ReadAsync(merchant, [.. accounts], today, cancel);
    }

    /// <inheritdoc/>
    public Task<DateOnly> DayAsync(MerchantId merchant, DateTimeOffset moment, CancellationToken cancel) =>
        database.DayAsync(merchant, moment, cancel);

    /// <inheritdoc/>
    public async Task<DunningCandidate?> FindAsync(AccountId account, DateOnly today, CancellationToken cancel) =>
        await ReadAsync(account.Merchant, [account.Value], today, cancel) is [var found] ? found : null;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<DunnedCustomer>> DunnedAsync(
        DunnedQuery query, DateOnly today, Guid after, int limit, CancellationToken cancel)
    {
        // Indexes: dunning_running, the key of dunning_step, mail_of_event.
        var steps = await database.AllAsync(
            $"""
            SELECT {Tables.DunningStep.Selected}
              FROM dunning d
              JOIN dunning_step x ON x.merchant_id = $1 AND x.account_id = d.account_id AND x.cycle = d.cycle AND x.level = d.level
             WHERE d.merchant_id = $1 AND d.level > 0 AND d.account_id > $2 AND d.stepped_on BETWEEN $3 AND $4
               AND (NOT $5 OR NOT EXISTS (
                   SELECT FROM mail m
                     LEFT JOIN account_contact c ON c.merchant_id = $1 AND c.account_id = x.account_id
                    WHERE m.merchant_id = $1 AND m.subject_id = x.account_id AND m.kind = $6 AND m.sequence = x.sequence
                      AND (m.status = 'sent' OR (m.status = 'waiting' AND c.email IS NOT NULL))))
             ORDER BY d.account_id LIMIT $7
            """,
            command => command.With(query.Merchant.Value).With(after).With(query.From).With(query.To).With(query.IsUnmailed)
                .With(Words.Of(MailKind.Reminder)).With(limit),
            Tables.DunningStep.Read, cancel);
        var found = (await ReadAsync(query.Merchant, [.. steps.Select(step => step.Id.Account.Value)], today, cancel))
            .ToDictionary(one => one.Account.Id);
        return [.. steps.Select(step => new DunnedCustomer(step, found[step.Id.Account]))];
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<DunningStep>> StepsAsync(AccountId account, int limit, CancellationToken cancel) => database.AllAsync(
        $"SELECT {Tables.DunningStep.Selected} FROM dunning_step x WHERE x.merchant_id = $1 AND x.account_id = $2 "
        + "ORDER BY x.cycle DESC, x.level DESC LIMIT $3",
        command => command.With(account.Merchant.Value).With(account.Value).With(limit), Tables.DunningStep.Read, cancel);

    private async Task<IReadOnlyList<DunningCandidate>> ReadAsync(
        MerchantId merchant, Guid[] accounts, DateOnly today, CancellationToken cancel)
    {
        if (accounts.Length == 0)
            return [];
        var inForce = (await policies.ListAsync(merchant, cancel)).ToDictionary(policy => policy.Currency);
        var found = await AllAsync(
            $"""
            SELECT {Tables.Account.Of("x", "h")}
              FROM {OfAccounts}
             CROSS JOIN LATERAL (SELECT a.* FROM account a WHERE a.merchant_id = $1 AND a.id = k.id LIMIT 1) x
              LEFT JOIN LATERAL (SELECT h.name FROM account_holder h WHERE h.merchant_id = $1 AND h.account_id = x.id LIMIT 1) h ON true
            """,
            Tables.Account.Read);
        var dunned = (await AllAsync(
            $"SELECT {Tables.Dunning.Selected} FROM {OfAccounts} "
            + "CROSS JOIN LATERAL (SELECT d.* FROM dunning d WHERE d.merchant_id = $1 AND d.account_id = k.id LIMIT 1) x",
            Tables.Dunning.Read)).ToDictionary(dunning => dunning.Account);
        var disputed = await DisputedAsync(database, merchant, cancel);
        var overdue = (await database.AllAsync(
            Overdue,
            command => command.With(merchant.Value).With(accounts).With(today).With(DunningCommand.FeeLabel).With(disputed)
                .With(DunningCase.TransfersFrom(today).UtcDateTime),
            row => (Charge: Tables.Charge.Read(row), IsClaimed: row.GetBoolean(Tables.Charge.Width),
                IsDisputed: row.GetBoolean(Tables.Charge.Width + 1)), cancel)).ToLookup(one => one.Charge.Account);
        var credits = await AccountCredits.ReadAsync(database, merchant, accounts, cancel);
        return
        [
            .. found.OrderBy(account => account.Id.Value).Select(account => new DunningCandidate(account, new DunningCase(
                dunned.GetValueOrDefault(account.Id) ?? AccountDunning.None(account.Id), inForce.GetValueOrDefault(account.Currency),
                [
                    .. overdue[account.Id].Select(one => new OverdueCharge(
                        one.Charge, DunningCase.WhyLeftOut(one.Charge, one.IsClaimed, one.IsDisputed, today))),
                ],
                credits.GetValueOrDefault(account.Id)))),
        ];

        Task<IReadOnlyList<T>> AllAsync<T>(string sql, Func<NpgsqlDataReader, T> read) =>
            database.AllAsync(sql, command => command.With(merchant.Value).With(accounts), read, cancel);
    }

    /// <summary>The charges that a payment settled whose payer disputes it. A returned debit is no dispute: its debt stands.</summary>
    internal static async Task<Guid[]> DisputedAsync(NpgsqlDataSource database, MerchantId merchant, CancellationToken cancel) =>
    [
        .. await database.AllAsync(
            // Few disputes are open; each leads to the transfers of its payment by their key.
            """
            SELECT DISTINCT t.charge_id
              FROM dispute d
             CROSS JOIN LATERAL (SELECT t.charge_id FROM transfer t
               WHERE t.merchant_id = $1 AND t.subject_id = d.payment_id AND t.charge_id IS NOT NULL OFFSET 0) t
             WHERE d.merchant_id = $1 AND d.status = 'open' AND d.kind = 'chargeback'
            """,
            command => command.With(merchant.Value), row => row.GetGuid(0), cancel),
    ];
}
