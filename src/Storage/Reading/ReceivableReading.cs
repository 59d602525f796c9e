using Npgsql;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Books;
using Quittance.Core.Disputes;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Storage.Console;
using Quittance.Storage.Moments;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Reading;

/// <summary>Reads customers, charges and instruments, one or a part of a list; the wanted ids drive.</summary>
public sealed class ReceivableReading(NpgsqlDataSource database, SlotCatchUp lead) : IReceivables
{
    private const string Ids = "unnest($2::uuid[]) k(id)";

    /// <summary>The disputes x of merchant $1.</summary>
    private static readonly string Disputes =
        $"SELECT {Tables.Dispute.Selected}, p.account_id, p.currency FROM dispute x "
        + "JOIN payment p ON p.merchant_id = $1 AND p.id = x.payment_id WHERE x.merchant_id = $1";

    private static readonly Dictionary<string, string> TablesOfIds = new()
    {
        [Reference.AccountIdKind] = "account",
        [Reference.ChargeIdKind] = "charge",
        [Reference.InstrumentIdKind] = "instrument",
    };

    /// <inheritdoc/>
    public Task<Guid?> ObjectAsync(Reference name, CancellationToken cancel) => ObjectAsync(database, name, cancel);

    /// <inheritdoc cref="IReceivables.ObjectAsync"/>
    internal static Task<Guid?> ObjectAsync(NpgsqlDataSource database, Reference name, CancellationToken cancel) =>
        name.Dialect == Reference.House && TablesOfIds.GetValueOrDefault(name.Kind) is { } table
            ? database.FirstAsync<Guid?>(
                $"SELECT x.id FROM {table} x WHERE x.merchant_id = $1 AND x.id = $2",
                command => command.With(name.Merchant.Value).With(Guid.Parse(name.Value)), row => row.GetGuid(0), cancel)
            : database.FirstAsync<Guid?>(
                "SELECT r.object_id FROM reference r WHERE r.merchant_id = $1 AND r.dialect = $2 AND r.kind = $3 AND r.value = $4",
                command => command.With(name.Merchant.Value).With(name.Dialect).With(name.Kind).With(name.Value), row => row.GetGuid(0),
                cancel);

    /// <inheritdoc/>
    public Task<NamedAccount?> AccountAsync(AccountId id, string dialect, CancellationToken cancel) => OneAsync(
        id, (connection, merchant, ids, ends) => AccountsAsync(connection, merchant, dialect, ids, ends), cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<Guid, NamedAccount>> AccountsAsync(
        MerchantId merchant, IReadOnlyCollection<Guid> ids, string dialect, CancellationToken cancel) => SqlStates.ReachingAsync(async () =>
        {
            await using var connection = await database.OpenConnectionAsync(cancel);
            return await AccountsAsync(connection, merchant, dialect, [.. ids], cancel);
        });

    /// <inheritdoc/>
    public Task<ListSlice<NamedAccount>> AccountsAsync(ListQuery query, string dialect, CancellationToken cancel) => Lists.ReadAsync(
        database, "account", query, (connection, merchant, ids, ends) => AccountsAsync(connection, merchant, dialect, ids, ends), cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<PaymentId>> CreditsAsync(AccountId id, CancellationToken cancel) =>
        new CustomerReading(database).CreditsAsync(id, cancel);

    /// <inheritdoc/>
    public async Task<AccountBalance?> BalanceAsync(AccountId account, AsOf at, CancellationToken cancel)
    {
        if (await new MomentReading(database, lead).CustomerAsync(account, at, cancel) is not { } stood)
            return null;
        var currency = stood.Customer.Account.Currency;
        List<OpenAt> open = [.. stood.Open.Where(one => one.Charge.Amount.Currency == currency)];
        // Money that is booked on an earlier day than the charge that it settles is credit until that day.
        var owed = new Money(open.Sum(one => one.OpenMinor), currency);
        var prepaid = owed - Sum(LedgerKind.Receivable);
        return new AccountBalance(account, at, stood.IsFinal, owed, Sum(LedgerKind.Credit) + prepaid, open);

        Money Sum(LedgerKind kind) => stood.Ledger.Where(ledger => ledger.Account.Kind == kind && ledger.Account.Currency == currency)
            .Aggregate(new Money(0, currency), (sum, ledger) => sum + ledger.Balance);
    }

    /// <inheritdoc/>
    public async Task<AccountStatement?> StatementAsync(
        AccountId account, DateOnly from, DateOnly to, StatementPlace? after, int limit, CancellationToken cancel)
    {
        var place = after is { } last ? new TransferPlace(last.Subject, last.Sequence, last.Line) : (TransferPlace?)null;
        if (await new StatementReading(database).ReadAsync(account, currency: null, from, to, place, limit, cancel) is not { } read)
            return null;
        return new AccountStatement(
            read.Customer.Account, Sum(read.OpeningMinor), Sum(read.ClosingMinor),
            [
                .. read.Entries.Select(entry => new AccountStatementLine(
                    new StatementPlace(entry.Transfer.Place.Subject, entry.Transfer.Place.Sequence, entry.Transfer.Place.Line),
                    entry.Transfer.At, entry.BookedOn, entry.Transfer.Event, entry.Transfer.PaymentNumber, entry.Transfer.Charge,
                    Sum(entry.OwesMinor), Sum(entry.BalanceMinor))
                {
                    Meaning = TransferMeanings.Of(entry.Transfer.Debit.Account.Kind, entry.Transfer.Credit.Account.Kind),
                }),
            ], read.Later > 0);

        Money Sum(long minor) => new(minor, read.Currency);
    }

    /// <inheritdoc/>
    public Task<Charge?> ChargeAsync(ChargeId id, CancellationToken cancel) => OneAsync(id, ChargesAsync, cancel);

    /// <inheritdoc/>
    public Task<EventNews?> NewsAsync(MerchantId merchant, Guid subject, int sequence, CancellationToken cancel) => database.FirstAsync(
        """
        SELECT e.type, e.occurred_at, t.minor, t.currency
          FROM event e
         CROSS JOIN LATERAL (SELECT sum(t.amount_minor)::bigint AS minor, max(t.currency) AS currency FROM transfer t
                              WHERE t.merchant_id = $1 AND t.subject_id = $2 AND t.sequence = $3) t
         WHERE e.merchant_id = $1 AND e.subject_id = $2 AND e.sequence = $3
        """,
        command => command.With(merchant.Value).With(subject).With(sequence),
        row => new EventNews(
            subject, sequence, Words.To<EventType>(row.GetString(0)), row.GetFieldValue<DateTimeOffset>(1),
            row.IsDBNull(2) ? null : new Money(row.GetInt64(2), Currency.Parse(row.GetString(3)))), cancel);

    /// <inheritdoc/>
    public Task<ListSlice<Charge>> ChargesAsync(ListQuery query, CancellationToken cancel) =>
        Lists.ReadAsync(database, "charge", query, ChargesAsync, cancel);

    /// <inheritdoc/>
    public async Task<DisputeView?> DisputeAsync(DisputeId id, CancellationToken cancel) => (await database.AllAsync(
        $"{Disputes} AND x.id = $2", command => command.With(id.Merchant.Value).With(id.Value), ReadDispute, cancel)).SingleOrDefault();

    /// <inheritdoc/>
    public async Task<ListSlice<DisputeView>> DisputesAsync(
        ListQuery query, PaymentId? payment, DisputeStatus? status, CancellationToken cancel)
    {
        // Indexes: dispute_of_payment, else dispute's key. Their ids do not tell their times, and they are few enough to be sorted.
        var found = await database.AllAsync(
            $"""
            {Disputes}
               AND ($2::uuid IS NULL OR x.payment_id = $2) AND ($3::text IS NULL OR x.status = $3)
               AND ($4::uuid IS NULL
                    OR (x.opened_at, x.id) > (SELECT l.opened_at, l.id FROM dispute l WHERE l.merchant_id = $1 AND l.id = $4))
             ORDER BY x.opened_at, x.id LIMIT $5
            """,
            command => command.With(query.Merchant.Value).With(payment?.Value).With<string?>(status is { } one ? Words.Of(one) : null)
                .With(query.After).With(query.Limit + 1),
            ReadDispute, cancel);
        return new ListSlice<DisputeView>([.. found.Take(query.Limit)], found.Count > query.Limit, Count: 0);
    }

    /// <inheritdoc/>
    public Task<Instrument?> InstrumentAsync(InstrumentId id, CancellationToken cancel) => OneAsync(id, InstrumentsAsync, cancel);

    /// <inheritdoc/>
    public Task<ListSlice<Instrument>> InstrumentsAsync(ListQuery query, CancellationToken cancel) =>
        Lists.ReadAsync(database, "instrument", query, InstrumentsAsync, cancel);

    private static DisputeView ReadDispute(NpgsqlDataReader row)
    {
        var dispute = Tables.Dispute.Read(row);
        return new DisputeView(
            dispute, new AccountId(dispute.Id.Merchant, row.GetGuid(Tables.Dispute.Width)),
            Currency.Parse(row.GetString(Tables.Dispute.Width + 1)));
    }

    private Task<T?> OneAsync<TId, T>(
        TId id, Func<NpgsqlConnection, MerchantId, Guid[], CancellationToken, Task<IReadOnlyDictionary<Guid, T>>> readAsync,
        CancellationToken cancel)
        where TId : struct, IId
        where T : class => SqlStates.ReachingAsync(async () =>
        {
            await using var connection = await database.OpenConnectionAsync(cancel);
            return (await readAsync(connection, id.Merchant, [id.Value], cancel)).GetValueOrDefault(id.Value);
        });

    private static async Task<IReadOnlyDictionary<Guid, NamedAccount>> AccountsAsync(
        NpgsqlConnection connection, MerchantId merchant, string dialect, Guid[] ids, CancellationToken cancel)
    {
        // Index: reference_by_object.
        var rows = await connection.AllAsync(
            $"""
            SELECT {Tables.Account.Of("a", "h")}, n.kinds, n.names, {Tables.AccountContact.Of("c")}
              FROM {Ids}
             CROSS JOIN LATERAL (SELECT a.* FROM account a WHERE a.merchant_id = $1 AND a.id = k.id LIMIT 1) a
              LEFT JOIN LATERAL (SELECT h.name FROM account_holder h WHERE h.merchant_id = $1 AND h.account_id = a.id LIMIT 1) h ON true
              LEFT JOIN LATERAL (SELECT c.* FROM account_contact c WHERE c.merchant_id = $1 AND c.account_id = a.id LIMIT 1) c ON true
             CROSS JOIN LATERAL (SELECT array_agg(r.kind ORDER BY r.kind, r.value) AS kinds,
                                        array_agg(r.value ORDER BY r.kind, r.value) AS names
                                   FROM reference r WHERE r.merchant_id = $1 AND r.object_id = a.id AND r.dialect = $3) n
            """,
            command => command.With(merchant.Value).With(ids).With(dialect),
            row => new NamedAccount(Tables.Account.Read(row, 0), row.IsDBNull(Tables.Account.Width)
                ? []
                :
                [
                    .. row.GetFieldValue<string[]>(Tables.Account.Width).Zip(row.GetFieldValue<string[]>(Tables.Account.Width + 1),
                        (kind, name) => new Reference(merchant, dialect, kind, name)),
                ])
            {
                Contact = ContactReading.Read(row, Tables.Account.Width + 2),
            }, cancel);
        return rows.ToDictionary(named => named.Account.Id.Value);
    }

    private static async Task<IReadOnlyDictionary<Guid, Charge>> ChargesAsync(
        NpgsqlConnection connection, MerchantId merchant, Guid[] ids, CancellationToken cancel)
    {
        // Index: charge_merged_from. Of several that a charge became one after the other, the open one counts, else the last.
        var rows = await connection.AllAsync(
            $"""
            SELECT {Tables.Charge.Selected}, t.id
              FROM {Ids}
             CROSS JOIN LATERAL (SELECT c.* FROM charge c WHERE c.merchant_id = $1 AND c.id = k.id LIMIT 1) x
              LEFT JOIN LATERAL (
                   SELECT m.id FROM charge m
                    WHERE m.merchant_id = $1 AND m.merged_from_id = x.account_id AND m.moved_from_id = x.id AND x.credited_minor > 0
                      AND EXISTS (SELECT FROM account a WHERE a.merchant_id = $1 AND a.id = x.account_id AND a.merged_into_id IS NOT NULL)
                    ORDER BY m.is_open DESC, m.number DESC LIMIT 1) t ON true
            """,
            command => command.With(merchant.Value).With(ids),
            row => Tables.Charge.Read(row) with
            {
                MovedTo = row.IsDBNull(Tables.Charge.Width) ? null : new ChargeId(merchant, row.GetGuid(Tables.Charge.Width)),
            }, cancel);
        return rows.ToDictionary(charge => charge.Id.Value);
    }

    private static async Task<IReadOnlyDictionary<Guid, Instrument>> InstrumentsAsync(
        NpgsqlConnection connection, MerchantId merchant, Guid[] ids, CancellationToken cancel)
    {
        var rows = await connection.AllAsync(
            $"SELECT {Tables.Instrument.Selected} FROM {Ids} "
            + "CROSS JOIN LATERAL (SELECT i.* FROM instrument i WHERE i.merchant_id = $1 AND i.id = k.id LIMIT 1) x "
            + $"{Tables.Instrument.Join} AND j.merchant_id = $1",
            command => command.With(merchant.Value).With(ids), Tables.Instrument.Read, cancel);
        return rows.ToDictionary(instrument => instrument.Id.Value);
    }
}
