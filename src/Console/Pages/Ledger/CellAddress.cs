using Microsoft.AspNetCore.Http;
using Quittance.Core.Ledger;
using Quittance.Storage.Console;

namespace Quittance.Console.Pages.Ledger;

/// <summary>The addresses of the lines of a trial balance.</summary>
internal static class CellAddress
{
    private static readonly Dictionary<string, LedgerKind> Kinds = Enum.GetValues<LedgerKind>().ToDictionary(Of);

    /// <summary>The page of a line.</summary>
    public static string Of(TrialBalanceCell cell) => $"{ConsoleRoutes.Root}/ledger/{cell.Currency.Code}/{Of(cell.Kind)}"
        + (cell.Purpose.Length > 0 ? QueryString.Create("purpose", cell.Purpose).Value : "");

    /// <summary>The line of the chart that stands in an address; null where none does.</summary>
    public static LedgerKind? KindOf(string word) => Kinds.TryGetValue(word, out var kind) ? kind : null;

    /// <summary>A line of the chart in an address.</summary>
    public static string Of(LedgerKind kind) => kind switch
    {
        LedgerKind.Receivable => "receivable",
        LedgerKind.Credit => "credit",
        LedgerKind.Clearing => "clearing",
        LedgerKind.RefundsInTransit => "refunds-in-transit",
        LedgerKind.Bank => "bank",
        LedgerKind.Billed => "billed",
        LedgerKind.Fees => "fees",
        LedgerKind.WriteOff => "write-off",
    };
}
