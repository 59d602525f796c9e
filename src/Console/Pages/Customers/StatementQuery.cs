using System.Globalization;
using Microsoft.AspNetCore.Http;
using Quittance.Console.Access;
using Quittance.Core;
using Quittance.Storage.Console;

namespace Quittance.Console.Pages.Customers;

/// <summary>Which statement an address asks for. Days are the merchant's, and the last one belongs to it.</summary>
/// <param name="From">The first day.</param>
/// <param name="To">The last day.</param>
/// <param name="Currency">The currency; null for the customer's own.</param>
/// <param name="Problem">What is wrong with the days; null for nothing.</param>
internal sealed record StatementQuery(DateOnly From, DateOnly To, Currency? Currency, string? Problem)
{
    private const string Form = "yyyy-MM-dd";

    /// <summary>Reads an address. Without days it is about this month and the one before.</summary>
    public static StatementQuery Read(IQueryCollection query, Desk desk)
    {
        var (year, month, _) = desk.Today.AddMonths(-1);
        var problem = Day(query["from"], new DateOnly(year, month, 1), out var from) & Day(query["to"], desk.Today, out var to)
            ? from > to ? "The first day is after the last." : null
            : "Write days like 2026-01-31.";
        return new StatementQuery(from, to, Currency.TryParse(query["currency"], out var currency) ? currency : null, problem);
    }

    /// <summary>When its first day begins.</summary>
    public DateTimeOffset Start(Desk desk) => desk.StartOf(From);

    /// <summary>When its last day has ended.</summary>
    public DateTimeOffset End(Desk desk) => To == DateOnly.MaxValue ? DateTimeOffset.MaxValue : desk.StartOf(To.AddDays(1));

    /// <summary>An address with the same days and currency.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="after">The line behind which the part begins; null for the first part.</param>
    public string AddressOf(string path, TransferPlace? after = null)
    {
        var query = QueryString.Create("from", From.ToString(Form)).Add("to", To.ToString(Form));
        if (Currency is not null)
            query = query.Add("currency", Currency.Code);
        return path + (after is { } last
            ? query.Add("subject", $"{last.Subject:D}").Add("sequence", $"{last.Sequence}").Add("line", $"{last.Line}") : query);
    }

    private static bool Day(string? text, DateOnly otherwise, out DateOnly day)
    {
        day = otherwise;
        if (string.IsNullOrEmpty(text))
            return true;
        // Years far off would have no beginning in every zone.
        if (!DateOnly.TryParseExact(text, Form, CultureInfo.InvariantCulture, DateTimeStyles.None, out var read)
            || read.Year is < 1970 or > 9000)
        {
            return false;
        }

        day = read;
        return true;
    }
}
