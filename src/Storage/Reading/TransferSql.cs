using Quittance.Core.Ledger;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Reading;

/// <summary>
/// The effects of transfers (<see cref="PaymentEffect"/>) as SQL, for a transfer <c>t</c> with its ledger accounts <c>d</c> and <c>c</c>.
/// </summary>
internal static class TransferSql
{
    /// <summary>The amount that the transfer adds to the part of its payment that settles charges, minor units; null for nothing.</summary>
    public static string SettledMinor { get; } = $"""
        CASE WHEN (d.kind, c.kind) IN ({KindsThatSettle(1)}) THEN t.amount_minor
             WHEN (d.kind, c.kind) IN ({KindsThatSettle(-1)}) THEN -t.amount_minor END
        """;

    private static string KindsThatSettle(int sign) => string.Join(
        ", ",
        from debit in Enum.GetValues<LedgerKind>()
        from credit in Enum.GetValues<LedgerKind>()
        where TransferMeanings.EffectOf(debit, credit).Settled == sign
        select $"('{Words.Of(debit)}', '{Words.Of(credit)}')");
}
