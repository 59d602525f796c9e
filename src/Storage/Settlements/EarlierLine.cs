using Npgsql;
using Quittance.Core.Settlements;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Settlements;

/// <summary>A line of an earlier statement, which a new one may have in other words.</summary>
/// <param name="Resembles">The line of a file before it that it may be.</param>
internal sealed record EarlierLine(
    SettlementLineId Id, Guid Statement, ToldLine Told, long FeeMinor, bool IsReferenced, SettlementLineId? Resembles)
{
    /// <summary>So many digits may be a number that stands masked in what the identity is of.</summary>
    private const int FewestOfANumber = 12;

    /// <summary>
    /// Whether its identity is that of what the books keep: they show some numbers, and the bank's amounts and fees, that are no part of
    /// it.
    /// </summary>
    public bool KeepsItsIdentity => FeeMinor == 0
        && new[] { Told.Counterparty, Told.Remittance, Told.EndToEnd }.OfType<string>()
            .All(text => !text.Contains('[', StringComparison.Ordinal) && text.Count(char.IsAsciiDigit) < FewestOfANumber);

    /// <summary>
    /// The identities that it may have if this is the bank's reference of it, which the books do not keep. The name of a party that a
    /// table has in a column of further words is no part of it.
    /// </summary>
    public IEnumerable<string> IdentitiesUnder(string? bankReference) =>
        from counterparty in Told is { Source: StatementSource.Csv, Counterparty: { } name } ? [name, null] : (string?[])[Told.Counterparty]
        select new ReadLine(0, SettlementLineKind.Entry, Told.BookedOn, Told.AmountMinor)
        {
            FeeMinor = FeeMinor,
            BankReference = bankReference,
            Counterparty = counterparty,
            Remittance = Told.Remittance,
            EndToEnd = Told.EndToEnd,
        }.Identity;

    /// <summary>The statements of other files that may have lines of this one.</summary>
    /// <param name="all">All statements of the account around it, also those of its own file: the chain of balances leads by them.</param>
    public static async Task<Guid[]> OverlappingAsync(
        NpgsqlConnection connection, StatementId id, ReadStatement read, IReadOnlyDictionary<Guid, StatementSpan> others,
        IReadOnlyCollection<StatementSpan> all, CancellationToken cancel)
    {
        var span = read.Span;
        var asked = others.Where(other => span.OverlapsDaysOf(other.Value)).ToList();
        Guid[] balanced = [.. asked.Where(other => span.HasBalances && other.Value.HasBalances).Select(other => other.Key)];
        var its = balanced.Length == 0 ? [] : await BalancesAsync(connection, id, balanced, cancel);
        var (chain, own) = (span.Chain(all), read.Balances);
        var sharing = asked
            .Where(other => span.MayShare(other.Value, chain.Contains(other.Value), own, its.GetValueOrDefault(other.Key)))
            .ToDictionary();
        return
        [
            .. asked.Where(other => sharing.ContainsKey(other.Key)
                || (!chain.Contains(other.Value) && other.Value.Continues(sharing.Values, all))).Select(other => other.Key),
        ];
    }

    /// <summary>
    /// The balances between the lines of statements. Not known of those that share lines, which the books have under another statement, and
    /// of those of which an earlier version left lines out.
    /// Index: settlement_line_of_statement.
    /// </summary>
    private static async Task<Dictionary<Guid, StatementBalances>> BalancesAsync(
        NpgsqlConnection connection, StatementId id, Guid[] statements, CancellationToken cancel) =>
        (await connection.AllAsync(
            """
            SELECT s.id, s.opening_minor, array_agg(l.booked_on ORDER BY l.number), array_agg(l.amount_minor ORDER BY l.number)
              FROM statement s
              JOIN settlement_line l ON l.merchant_id = $1 AND l.statement_id = s.id
             WHERE s.merchant_id = $1 AND s.id = ANY($2) AND s.shared = 0
             GROUP BY s.id, s.opening_minor, s.lines
            HAVING count(*) = s.lines
            """,
            command => command.With(id.Merchant.Value).With(statements),
            row => (Id: row.GetGuid(0), Balances: StatementBalances.Of(
                row.GetInt64(1), [.. row.GetFieldValue<DateOnly[]>(2).Zip(row.GetFieldValue<long[]>(3))])),
            cancel))
        .ToDictionary(row => row.Id, row => row.Balances);

    /// <summary>
    /// The lines of statements that count, of the days and amounts of some lines. One that a person has ignored as another one is no second
    /// line.
    /// Index: settlement_line_of_statement.
    /// </summary>
    public static async Task<IReadOnlyList<EarlierLine>> OfAsync(
        NpgsqlConnection connection, StatementId id, Guid[] statements, IReadOnlyList<ReadLine> lines, CancellationToken cancel) =>
        statements.Length == 0 ? [] : await connection.AllAsync(
            """
            SELECT l.id, l.statement_id, l.source, l.booked_on, l.amount_minor, l.value_on, l.counterparty, l.counterparty_hash,
                   l.remittance, l.end_to_end, l.fee_minor, l.is_referenced, l.resembles_id
              FROM settlement_line l
             WHERE l.merchant_id = $1 AND l.statement_id = ANY($2) AND l.status <> 'undone'
               AND NOT (l.status = 'ignored' AND l.resembles_id IS NOT NULL)
               AND (l.booked_on BETWEEN $3 AND $4 OR l.value_on BETWEEN $3 AND $4) AND l.amount_minor = ANY($5)
             ORDER BY l.file_order, l.id
            """,
            command => command.With(id.Merchant.Value).With(statements)
                .With(lines.Min(line => line.ValueOn < line.BookedOn ? line.ValueOn.Value : line.BookedOn))
                .With(lines.Max(line => line.ValueOn > line.BookedOn ? line.ValueOn.Value : line.BookedOn))
                .With<long[]>([.. lines.Select(line => line.AmountMinor).Distinct()]),
            row => new EarlierLine(
                new SettlementLineId(id.Merchant, row.GetGuid(0)), row.GetGuid(1),
                new ToldLine(Words.To<StatementSource>(row.GetString(2)), row.GetFieldValue<DateOnly>(3), row.GetInt64(4))
                {
                    ValueOn = row.IsDBNull(5) ? null : row.GetFieldValue<DateOnly>(5),
                    Counterparty = row.IsDBNull(6) ? null : row.GetString(6),
                    CounterpartyHash = row.IsDBNull(7) ? default(ReadOnlyMemory<byte>?) : row.GetFieldValue<byte[]>(7),
                    Remittance = row.IsDBNull(8) ? null : row.GetString(8),
                    EndToEnd = row.IsDBNull(9) ? null : row.GetString(9),
                },
                row.GetInt64(10), row.GetBoolean(11),
                row.IsDBNull(12) ? null : new SettlementLineId(id.Merchant, row.GetGuid(12))),
            cancel);
}
