using Npgsql;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Settlements;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Sealing;
using Quittance.Storage.Tenancy;

namespace Quittance.Storage.Settlements;

/// <summary>The result of making a rule.</summary>
/// <param name="Rule">The rule with its number; null where the request was done before, or nothing is made.</param>
/// <param name="Like">Another rule for the same lines, for which none is made; null for none.</param>
/// <param name="IsTooMany">Whether the merchant has as many rules as there can be.</param>
public sealed record MadeRule(LineRule? Rule, LineRule? Like, bool IsTooMany = false);

/// <summary>The rules of merchants for lines of the bank that name nothing of ours.</summary>
public sealed class LineRules(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>How many rules a merchant has at once: each line is held against all of them.</summary>
    public const int Most = 500;

    // A customer whose account was merged goes on under the other one.
    private static readonly string Rules = $"""
        SELECT r.number, r.name, r.use, r.provider, a.id, a.slot, a.number, r.bank_account, r.direction, r.counterparty,
               r.counterparty_hash, r.words, r.currency, r.least_minor, r.most_minor, r.is_on, a.currency, a.status, r.is_ended
          FROM line_rule r
          LEFT JOIN account a ON a.merchant_id = $1
           AND a.id = (SELECT l.id FROM ({MergeSql.AccountsFrom("r.account_id")}) l ORDER BY l.step DESC LIMIT 1)
         WHERE r.merchant_id = $1
        """;

    private static readonly string InOrder = $"{Rules} AND NOT r.is_ended ORDER BY r.place, r.number";

    /// <summary>The rules of a merchant that are not ended, in their order. Index: the key of line_rule.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public Task<IReadOnlyList<LineRule>> ListAsync(MerchantId merchant, CancellationToken cancel) => ListAsync(database, merchant, cancel);

    /// <inheritdoc cref="ListAsync(MerchantId, CancellationToken)"/>
    public static async Task<IReadOnlyList<LineRule>> ListAsync(
        NpgsqlDataSource database, MerchantId merchant, CancellationToken cancel) =>
        Placed(await database.AllAsync(InOrder, command => command.With(merchant.Value), row => Read(row, merchant), cancel));

    /// <summary>The rules of a merchant that are ended, the last ones first: lines still name them.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public Task<IReadOnlyList<LineRule>> EndedAsync(MerchantId merchant, CancellationToken cancel) => database.AllAsync(
        $"{Rules} AND r.is_ended ORDER BY r.number DESC LIMIT {Most}", command => command.With(merchant.Value),
        row => Read(row, merchant), cancel);

    /// <summary>A rule, also one that is ended; null for none.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public async Task<LineRule?> FindAsync(MerchantId merchant, long number, CancellationToken cancel) =>
        (await ListAsync(merchant, cancel)).FirstOrDefault(rule => rule.Number == number)
        ?? (await database.AllAsync(
            $"{Rules} AND r.is_ended AND r.number = $2", command => command.With(merchant.Value).With(number), row => Read(row, merchant),
            cancel)).SingleOrDefault();

    /// <summary>Makes a rule. Of two people who make one for the same lines at once, the second makes none.</summary>
    /// <param name="rule">Its place may be behind the last one.</param>
    /// <param name="by">Signs it, with the rule as it is made.</param>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public Task<MadeRule> MakeAsync(LineRule rule, Func<LineRule, Origin> by, CancellationToken cancel) =>
        ChangeAsync<MadeRule>(rule.Merchant, async (transaction, rules) =>
        {
            var connection = transaction.Connection!;
            if (await OperatorActions.IsDoneAsync(connection, by(rule), cancel))
                return (new MadeRule(null, null), null);
            if (rules.FirstOrDefault(rule.IsLike) is { } like)
                return (new MadeRule(null, like), null);
            if (rules.Count >= Most)
                return (new MadeRule(null, null, IsTooMany: true), null);
            var last = (await connection.AllAsync(
                "SELECT coalesce(max(number), 0) FROM line_rule WHERE merchant_id = $1", command => command.With(rule.Merchant.Value),
                row => row.GetInt32(0), cancel)).Single();
            var made = rule with { Number = last + 1, Place = PlaceOf(rule.Place, rules.Count + 1) };
            await OrderAsync(transaction, rule.Merchant, [.. rules], made, cancel);
            await transaction.ExecuteAsync(
                batch => batch.Statement("""
                    INSERT INTO line_rule (merchant_id, number, name, use, provider, account_id, bank_account, direction, counterparty,
                                           counterparty_hash, words, currency, least_minor, most_minor, place, is_on, salt)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
                    """)
                    .With(made.Merchant.Value).With(made.Number).With(made.Name).With(Words.Of(made.Use)).With<string?>(made.Provider)
                    .With(made.Customer?.Id.Value).With<string?>(made.BankAccount)
                    .With<string?>(made.Direction is { } direction ? Words.Of(direction) : null).With<string?>(made.Counterparty)
                    .With(made.CounterpartyHash?.ToArray()).With<string?>(made.Words)
                    .With<string?>((made.Least ?? made.Most)?.Currency.Code).With(made.Least?.AmountMinor).With(made.Most?.AmountMinor)
                    .With(made.Place).With(made.IsOn).With(Salts.Draw()),
                cancel);
            return (new MadeRule(made, null), by(made));
        }, cancel);

    /// <summary>Switches a rule on or off, and puts it elsewhere in the order.</summary>
    /// <param name="place">Null to leave it where it is.</param>
    /// <returns>The rule as it is then; null where there is none.</returns>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public Task<LineRule?> SwitchAsync(
        MerchantId merchant, long number, bool isOn, int? place, Func<LineRule, Origin> by, CancellationToken cancel) =>
        ChangeAsync<LineRule?>(merchant, async (transaction, rules) =>
        {
            if (rules.FirstOrDefault(one => one.Number == number) is not { } rule)
                return (null, null);
            var changed = rule with { IsOn = isOn, Place = PlaceOf(place ?? rule.Place, rules.Count) };
            if (await OperatorActions.IsDoneAsync(transaction.Connection!, by(changed), cancel) || changed == rule)
                return (rule, null);
            await OrderAsync(transaction, merchant, [.. rules.Where(one => one.Number != number)], changed, cancel);
            await transaction.ExecuteAsync(
                batch => batch.Statement("UPDATE line_rule SET is_on = $3, place = $4 WHERE merchant_id = $1 AND number = $2")
                    .With(merchant.Value).With(changed.Number).With(changed.IsOn).With(changed.Place),
                cancel);
            return (changed, by(changed));
        }, cancel);

    /// <summary>Ends a rule. Its row stays, for the lines that name it.</summary>
    /// <returns>The rule; null where there is none.</returns>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public Task<LineRule?> EndAsync(MerchantId merchant, long number, Func<LineRule, Origin> by, CancellationToken cancel) =>
        ChangeAsync<LineRule?>(merchant, async (transaction, rules) =>
        {
            if (rules.FirstOrDefault(one => one.Number == number) is not { } rule)
                return (null, null);
            await transaction.ExecuteAsync(
                batch => batch.Statement(
                    "UPDATE line_rule SET is_on = false, is_ended = true WHERE merchant_id = $1 AND number = $2")
                    .With(merchant.Value).With(rule.Number),
                cancel);
            return (rule, by(rule));
        }, cancel);

    /// <summary>The merchant's bank accounts, masked as its statements show them.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public Task<IReadOnlyList<string>> AccountsAsync(MerchantId merchant, CancellationToken cancel) => database.AllAsync(
        "SELECT DISTINCT s.account FROM statement s WHERE s.merchant_id = $1 AND s.source <> 'payout' ORDER BY s.account",
        command => command.With(merchant.Value), row => row.GetString(0), cancel);

    /// <summary>The lines of the bank from a day on, the newest first. Index: settlement_line_by_status.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public Task<IReadOnlyList<SettlementLine>> LinesAsync(MerchantId merchant, DateOnly from, int most, CancellationToken cancel) =>
        database.AllAsync(
            $"""
            SELECT {Tables.SettlementLine.Selected} FROM settlement_line x
             WHERE x.merchant_id = $1 AND x.status = ANY($2) AND x.booked_on >= $3 AND x.kind = 'entry' AND x.source <> 'payout'
             ORDER BY x.booked_on DESC, -x.file_order DESC, x.id DESC LIMIT $4
            """,
            command => command.With(merchant.Value).With(Statements.Counted).With(from)
                .With(most),
            Tables.SettlementLine.Read, cancel);

    /// <summary>Changes the rules of a merchant, one change after another, with the action of who does it; nothing for no action.</summary>
    private Task<T> ChangeAsync<T>(
        MerchantId merchant, Func<NpgsqlTransaction, IReadOnlyList<LineRule>, Task<(T Result, Origin? By)>> change,
        CancellationToken cancel) =>
        database.ChangeAsync(async transaction =>
        {
            var connection = transaction.Connection!;
            // Erasing a customer changes them under the locks of the customer's slot.
            var seal = await SealedChange.InAllSlotsAsync(connection, merchant, cancel);
            await seal.BeforeAsync(SealedTables.LineRule, "", _ => { }, cancel);
            var rules = Placed(
                await connection.AllAsync(InOrder, command => command.With(merchant.Value), row => Read(row, merchant), cancel));
            var (result, by) = await change(transaction, rules);
            if (by is null)
                return result;
            await seal.AfterAsync(SealedTables.LineRule, "", _ => { }, cancel);
            await transaction.CommitAsync(by, clock, cancel, seal);
            return result;
        }, cancel);

    /// <summary>Gives the other rules their places around one.</summary>
    private static async Task OrderAsync(
        NpgsqlTransaction transaction, MerchantId merchant, List<LineRule> others, LineRule one, CancellationToken cancel)
    {
        others.Insert(one.Place - 1, one);
        await transaction.ExecuteAsync(
            batch => batch.Statement("""
                UPDATE line_rule r SET place = u.place FROM unnest($2::int[]) WITH ORDINALITY u(number, place)
                 WHERE r.merchant_id = $1 AND r.number = u.number AND r.place <> u.place
                """).With(merchant.Value).With(others.ToColumn(rule => rule.Number)),
            cancel);
    }

    /// <summary>Rules by their places: an ended one leaves none.</summary>
    private static IReadOnlyList<LineRule> Placed(IEnumerable<LineRule> rules) =>
        [.. rules.Select((rule, before) => rule with { Place = before + 1 })];

    private static int PlaceOf(int asked, int last) => asked is 0 || asked > last ? last : asked;

    private static LineRule Read(NpgsqlDataReader row, MerchantId merchant)
    {
        var currency = row.IsDBNull(12) ? null : Currency.Parse(row.GetString(12));
        return new LineRule(merchant, row.GetInt32(0), row.GetString(1), Words.To<LineRuleUse>(row.GetString(2)))
        {
            Provider = TextOf(3),
            Customer = row.IsDBNull(4) ? null : (new AccountId(merchant, row.GetGuid(4)), row.GetInt16(5), row.GetInt64(6)),
            BankAccount = TextOf(7),
            Direction = row.IsDBNull(8) ? null : Words.To<LineDirection>(row.GetString(8)),
            Counterparty = TextOf(9),
            // A null of bytes would become an empty hash.
            CounterpartyHash = row.IsDBNull(10) ? (ReadOnlyMemory<byte>?)null : row.GetFieldValue<byte[]>(10),
            Words = TextOf(11),
            Least = row.IsDBNull(13) ? null : new Money(row.GetInt64(13), currency!),
            Most = row.IsDBNull(14) ? null : new Money(row.GetInt64(14), currency!),
            IsOn = row.GetBoolean(15),
            OnlyIn = row.IsDBNull(16) ? null : Currency.Parse(row.GetString(16)),
            IsOfClosedAccount = !row.IsDBNull(17),
            IsEnded = row.GetBoolean(18),
        };

        string? TextOf(int cell) => row.IsDBNull(cell) ? null : row.GetString(cell);
    }
}
