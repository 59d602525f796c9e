using Microsoft.AspNetCore.Http;
using Quittance.Console.Access;
using Quittance.Console.Layout;
using Quittance.Core;
using Quittance.Storage.Console;
using static Quittance.Console.Languages.Texts;

namespace Quittance.Console.Pages.Customers;

/// <summary>The days of the books, both included, and the currency of a statement, as they stand in an address.</summary>
/// <param name="From">The first day.</param>
/// <param name="To">The last day.</param>
/// <param name="Currency">The currency; null for the customer's own.</param>
/// <param name="Problem">The problem with the days; null for none.</param>
internal sealed record StatementQuery(DateOnly From, DateOnly To, Currency? Currency, string? Problem)
{
    /// <summary>Reads an address. Without days the statement covers this month and the one before.</summary>
    public static StatementQuery Read(IQueryCollection query, CurrentOperator desk)
    {
        var (year, month, _) = desk.Today.AddMonths(-1);
        var problem = Day(query["from"], new DateOnly(year, month, 1), out var from) & Day(query["to"], desk.Today, out var to)
            ? from > to ? Say("The first day is after the last.") : null
            : Say("Write days like 2026-01-31.");
        return new StatementQuery(from, to, Currency.TryParse(query["currency"], out var currency) ? currency : null, problem);
    }

    /// <summary>An address with the same days and currency.</summary>
    /// <param name="path">The page or the file.</param>
    /// <param name="after">The last line of the part before; null for the first part.</param>
    public string AddressOf(string path, TransferPlace? after = null) => Places.Behind(Places.With(path, new()
    {
        ["from"] = Places.Iso(From),
        ["to"] = Places.Iso(To),
        ["currency"] = Currency?.Code,
    }), after);

    private static bool Day(string? text, DateOnly otherwise, out DateOnly day)
    {
        var read = Places.Day(text);
        day = read ?? otherwise;
        return read is not null || string.IsNullOrEmpty(text);
    }
}
