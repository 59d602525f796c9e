using Quittance.Core;

namespace Quittance.BackOffice.BankStatements.Reading.Csv;

/// <summary>A row of a bank's table with its balance.</summary>
/// <param name="Line">Its line in the file.</param>
/// <param name="FeeMinor">A fee beside the amount or inside it, minor units; zero for none.</param>
/// <param name="BalanceMinor">The balance after it; null for none.</param>
internal readonly record struct BalancedRow(int Line, DateOnly BookedOn, long AmountMinor, long FeeMinor, long? BalanceMinor);

/// <summary>How the balances of a table prove its rows.</summary>
/// <param name="IsNewestFirst">Whether the last row is the first one.</param>
/// <param name="AreFeesBeside">Whether fees move the balance beside the amounts.</param>
internal sealed record BalanceProof(bool IsNewestFirst, bool AreFeesBeside, long OpeningMinor, long ClosingMinor);

/// <summary>Checks the running balance of a table: each row leads from one balance to the next.</summary>
internal static class CsvBalances
{
    /// <summary>The proof; else the first row that contradicts it. Both null where there are no two balances to compare.</summary>
    public static (BalanceProof? Proof, string? Problem, int Line) Of(
        IReadOnlyList<BalancedRow> rows, long? openingMinor, Currency currency)
    {
        if (rows.Count(row => row.BalanceMinor is not null) + (openingMinor is null ? 0 : 1) < 2)
            return (null, null, 0);
        var isFalling = rows[0].BookedOn > rows[^1].BookedOn;
        (BalanceProof? Proof, string? Problem, int Line) best = (null, null, 0);
        var fewest = int.MaxValue;
        var orders = ((bool IsNewestFirst, bool AreBeside)[])
            [(isFalling, false), (!isFalling, false), (isFalling, true), (!isFalling, true)];
        foreach (var (isNewestFirst, areBeside) in orders)
        {
            if (areBeside && rows.All(row => row.FeeMinor == 0))
                continue;
            var ordered = isNewestFirst ? rows.Reverse() : rows;
            var (wrong, one) = Walk(ordered, isNewestFirst, areBeside, openingMinor, currency);
            if (wrong < fewest)
                (fewest, best) = (wrong, one);
            if (wrong == 0)
                break;
        }

        return best;
    }

    private static (int Wrong, (BalanceProof? Proof, string? Problem, int Line) Result) Walk(
        IEnumerable<BalancedRow> rows, bool isNewestFirst, bool areBeside, long? openingMinor, Currency currency)
    {
        var wrong = 0;
        Int128? at = openingMinor, first = openingMinor;
        Int128 sinceMinor = 0;
        (string Problem, int Line)? contradiction = null;
        foreach (var row in rows)
        {
            sinceMinor += row.AmountMinor - (areBeside ? row.FeeMinor : 0);
            if (row.BalanceMinor is not { } balanceMinor)
                continue;
            if (at is { } beforeMinor && beforeMinor + sinceMinor != balanceMinor)
            {
                wrong++;
                contradiction ??= (
                    $"from {Shown(beforeMinor)} the amount {Shown(sinceMinor)} leads to {Shown(beforeMinor + sinceMinor)}, not to "
                    + $"{Shown(balanceMinor)}: the direction or a row is wrong", row.Line);
            }

            first ??= balanceMinor - sinceMinor;
            (at, sinceMinor) = (balanceMinor, 0);
        }

        return contradiction is var (problem, line) ? (wrong, (null, problem, line))
            : (0, (new BalanceProof(isNewestFirst, areBeside, (long)first!.Value, (long)(at!.Value + sinceMinor)), null, 0));

        string Shown(Int128 minor) => new Money((long)Int128.Clamp(minor, long.MinValue, long.MaxValue), currency).ToString();
    }
}
