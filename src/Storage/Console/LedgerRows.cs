using Npgsql;
using Quittance.Core;
using Quittance.Core.Ledger;

namespace Quittance.Storage.Console;

/// <summary>Reads ledger accounts as the console shows them.</summary>
internal static class LedgerRows
{
    /// <summary>The columns of <see cref="Totals"/>, of a row named l.</summary>
    public const string Columns = "l.id, l.slot, l.kind, l.holder_id, l.purpose, l.currency, l.debits_minor, l.credits_minor";

    /// <summary>How many columns that are.</summary>
    public const int Count = 8;

    /// <summary>Columns: <see cref="Columns"/>.</summary>
    public static LedgerTotals Totals(NpgsqlDataReader row, MerchantId merchant, int first = 0) =>
        new(row.GetGuid(first), Name(row, merchant, first + 1), row.GetInt64(first + 6), row.GetInt64(first + 7));

    /// <summary>Columns: slot, kind, holder_id, purpose, currency.</summary>
    public static LedgerAccount Name(NpgsqlDataReader row, MerchantId merchant, int first) => new(
        merchant, row.GetInt16(first), Words.ToKind(row.GetString(first + 1)), row.GetGuid(first + 2), row.GetString(first + 3), Currency.Parse(row.GetString(first + 4)));

    /// <summary>All ledger accounts of a holder: a customer's, or with the nil UUID the merchant's own.</summary>
    public static Task<List<LedgerTotals>> OfHolderAsync(this Snapshot snapshot, MerchantId merchant, Guid holder) => snapshot.AllAsync(
        // Index: ledger_account_of_holder.
        $"SELECT {Columns} FROM ledger_account l WHERE l.holder_id = $2 AND l.merchant_id = $1 ORDER BY l.id",
        command => command.With(merchant.Value).With(holder), row => Totals(row, merchant));
}
