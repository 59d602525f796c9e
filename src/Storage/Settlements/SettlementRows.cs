using Npgsql;
using Quittance.Core;
using Quittance.Core.Settlements;

namespace Quittance.Storage.Settlements;

/// <summary>Turns rows of statements and their lines into what they mean.</summary>
internal static class SettlementRows
{
    /// <summary>The columns of <see cref="SettlementLine"/>, of a row named x.</summary>
    public const string LineColumns =
        "x.merchant_id, x.id, x.statement_id, x.number, x.source, x.account, x.kind, x.booked_on, x.amount_minor, x.currency, x.fee_minor, x.status, "
        + "x.events, x.counterparty, x.remittance, x.end_to_end, x.use, x.payment_id, x.settles_id, x.note, x.resembles_id";

    /// <summary>How many columns <see cref="LineColumns"/> are.</summary>
    public const int AfterLine = 21;

    /// <summary>Reads the lines that are booked for payment $2 of merchant $1, by their days. Index: settlement_line_of_payment.</summary>
    public const string LinesOfPayment = $"SELECT {LineColumns} FROM settlement_line x WHERE x.merchant_id = $1 AND x.payment_id = $2 ORDER BY x.booked_on, x.id";

    /// <summary>The columns of <see cref="Statement"/>, of a row named x.</summary>
    public const string StatementColumns =
        "x.merchant_id, x.id, x.source, x.account, x.reference, x.currency, x.opening_minor, x.closing_minor, x.lines, x.file_name, x.imported_at";

    /// <summary>How many columns <see cref="StatementColumns"/> are.</summary>
    public const int AfterStatement = 11;

    /// <summary>Columns: <see cref="LineColumns"/>, from the first.</summary>
    public static SettlementLine Line(NpgsqlDataReader row)
    {
        var merchant = new MerchantId(row.GetInt64(0));
        return new SettlementLine(
            new SettlementLineId(merchant, row.GetGuid(1)), new StatementId(merchant, row.GetGuid(2)), row.GetInt32(3),
            SettlementWords.ToSource(row.GetString(4)), row.GetString(5), SettlementWords.ToKind(row.GetString(6)), row.GetFieldValue<DateOnly>(7),
            new Money(row.GetInt64(8), Currency.Parse(row.GetString(9))), row.GetInt64(10), SettlementWords.ToStatus(row.GetString(11)), row.GetInt32(12))
        {
            Counterparty = Text(row, 13),
            Remittance = Text(row, 14),
            EndToEnd = Text(row, 15),
            Use = Text(row, 16) is { } use ? SettlementWords.ToUse(use) : null,
            Payment = row.IsDBNull(17) ? null : new PaymentId(merchant, row.GetGuid(17)),
            Settles = row.IsDBNull(18) ? null : row.GetGuid(18),
            Note = Text(row, 19),
            Resembles = row.IsDBNull(20) ? null : new SettlementLineId(merchant, row.GetGuid(20)),
        };
    }

    /// <summary>Columns: <see cref="StatementColumns"/>, from the first.</summary>
    public static Statement Statement(NpgsqlDataReader row) => new(
        new StatementId(new MerchantId(row.GetInt64(0)), row.GetGuid(1)), SettlementWords.ToSource(row.GetString(2)), row.GetString(3), Text(row, 4),
        Currency.Parse(row.GetString(5)), row.IsDBNull(6) ? null : row.GetInt64(6), row.IsDBNull(7) ? null : row.GetInt64(7), row.GetInt32(8),
        row.GetString(9), row.GetFieldValue<DateTimeOffset>(10));

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
