using Npgsql;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Ledger;
using Quittance.Storage.Rows;
using Quittance.Storage.Tenancy;

namespace Quittance.Storage.Console;

/// <summary>A charge with its history: how it was raised and corrected, and what payments did to it.</summary>
/// <param name="Events">Its own events and those of its requests for a second person, the oldest first.</param>
/// <param name="Transfers">The transfers of its own events.</param>
/// <param name="Actions">The actions of operators in their requests.</param>
public sealed record ChargeStory(
    Charge Charge, Account Account, IReadOnlyList<StoryEvent> Events, IReadOnlyList<BookedTransfer> Transfers,
    IReadOnlyList<KeptAction> Actions)
{
    /// <summary>The requests for a second person.</summary>
    public required IReadOnlyList<ApprovalView> Approvals { get; init; }

    /// <summary>The transfers of the customer's payments that settle it, or open it again, the oldest first.</summary>
    public IReadOnlyList<BookedTransfer> Payments { get; init; } = [];

    /// <summary>Whether the customer has more payments than were looked at.</summary>
    public bool HasMorePayments { get; init; }

    /// <summary>The number of the charge of a merged account whose open part this one is.</summary>
    public long? MovedFrom { get; init; }

    /// <summary>The numbers of the charges that its open part moved to by merges.</summary>
    public IReadOnlyList<long> MovedTo { get; init; } = [];
}

/// <summary>Reads charges with their history, by keys alone.</summary>
public sealed class ChargeStories(NpgsqlDataSource database)
{
    /// <summary>The most payments of the customer that are looked at, the newest first.</summary>
    public const int MostPayments = 3000;

    private const int MostEvents = 500;

    /// <summary>A charge by its human number; null where the merchant has none.</summary>
    public Task<ChargeStory?> FindAsync(MerchantId merchant, long number, CancellationToken cancel) =>
        Snapshot.ReadByKeysAsync(database, async snapshot =>
        {
            var name = Reference.ToChargeNumber(merchant, number);
            var found = await snapshot.FirstAsync(
                $"""
                SELECT {Tables.Charge.Selected}
                  FROM reference r JOIN charge x ON x.merchant_id = $1 AND x.id = r.object_id
                 WHERE r.merchant_id = $1 AND r.dialect = $2 AND r.kind = $3 AND r.value = $4
                """,
                command => command.With(merchant.Value).With(name.Dialect).With(name.Kind).With(name.Value), Tables.Charge.Read);
            if (found is not { } charge || await CustomerReading.FindAsync(snapshot, charge.Account) is not { } customer)
                return null;
            var events = await snapshot.AllAsync(
                // Index: approval_request_of_subject.
                $"""
                SELECT s.kind, e.subject_id, e.sequence, e.type, {OriginRows.Columns}
                  FROM (SELECT 2 AS place, 'charge' AS kind, $2::uuid AS id
                         UNION ALL SELECT 1, 'approval', q.id FROM approval_request q WHERE q.merchant_id = $1 AND q.subject_id = $2) s
                 CROSS JOIN LATERAL (SELECT e.* FROM event e WHERE e.merchant_id = $1 AND e.subject_id = s.id
                                      ORDER BY e.sequence LIMIT $3) e
                 {OriginRows.Credential}
                 ORDER BY e.occurred_at, s.place, e.subject_id, e.sequence
                """,
                command => command.With(merchant.Value).With(charge.Id.Value).With(MostEvents),
                row => new StoryEvent(
                    row.GetString(0), row.GetGuid(1), row.GetInt32(2), Words.To<EventType>(row.GetString(3)), null,
                    OriginRows.Read(row, 4)));
            var transfers = await snapshot.AllAsync(
                $"""
                SELECT {TransferReading.Columns}
                  FROM (SELECT t.* FROM transfer t WHERE t.merchant_id = $1 AND t.subject_id = $2 ORDER BY t.sequence, t.line LIMIT $3) t
                 {TransferReading.Event} {TransferReading.Around}
                 ORDER BY t.sequence, t.line
                """,
                command => command.With(merchant.Value).With(charge.Id.Value).With(MostEvents),
                row => TransferReading.Transfer(row, merchant));
            var moves = await MovesAsync(snapshot, charge);
            var payments = await PaymentsAsync(snapshot, charge.Account);
            return new ChargeStory(
                charge, customer.Account, events, transfers,
                await snapshot.ActionsAsync(merchant, events.Select(each => each.Origin), MostEvents))
            {
                Approvals = await Approvals.OfAsync(snapshot, charge.Id.Subject),
                Payments = await PaidAsync(snapshot, charge, payments),
                HasMorePayments = payments.Length > MostPayments,
                MovedFrom = moves.Where(move => move.IsFrom).Select(move => (long?)move.Number).FirstOrDefault(),
                MovedTo = [.. moves.Where(move => !move.IsFrom).Select(move => move.Number)],
            };
        }, cancel);

    private static async Task<Guid[]> PaymentsAsync(Snapshot snapshot, AccountId account) =>
    [
        // Index: payment_of_account, and nothing but the index.
        .. await snapshot.AllAsync(
            """
            SELECT p.id FROM payment p WHERE p.account_id = $2 AND p.merchant_id = $1
             ORDER BY p.account_id DESC, p.merchant_id DESC, p.id DESC LIMIT $3
            """,
            command => command.With(account.Merchant.Value).With(account.Value).With(MostPayments + 1), row => row.GetGuid(0)),
    ];

    private static Task<List<BookedTransfer>> PaidAsync(Snapshot snapshot, Charge charge, Guid[] payments) => snapshot.AllAsync(
        $"""
        SELECT {TransferReading.Columns}
          FROM (SELECT t.* FROM unnest($3::uuid[]) k(id)
                 CROSS JOIN LATERAL (SELECT t.* FROM transfer t WHERE t.merchant_id = $1 AND t.subject_id = k.id AND t.charge_id = $2
                                      OFFSET 0) t
                 LIMIT $4) t
         {TransferReading.Event} {TransferReading.Around}
         ORDER BY e.occurred_at, t.subject_id, t.sequence, t.line
        """,
        command => command.With(charge.Id.Merchant.Value).With(charge.Id.Value).With(payments).With(MostEvents),
        row => TransferReading.Transfer(row, charge.Id.Merchant));

    private static Task<List<(long Number, bool IsFrom)>> MovesAsync(Snapshot snapshot, Charge charge) => snapshot.AllAsync(
        // Index: charge_merged_from.
        """
        SELECT c.number, true FROM charge c WHERE c.merchant_id = $1 AND c.id = $3
        UNION ALL
        (SELECT c.number, false FROM charge c
          WHERE c.merged_from_id = $4 AND c.merchant_id = $1 AND c.moved_from_id = $2 ORDER BY c.number)
        """,
        command => command.With(charge.Id.Merchant.Value).With(charge.Id.Value).With(charge.MovedFrom?.Value ?? Guid.Empty)
            .With(charge.Account.Value),
        row => (row.GetInt64(0), row.GetBoolean(1)));
}
