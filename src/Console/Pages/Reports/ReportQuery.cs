using Microsoft.AspNetCore.Http;
using Quittance.Console.Access;
using Quittance.Console.Layout;
using Quittance.Storage.Reports;
using static Quittance.Console.Languages.Texts;

namespace Quittance.Console.Pages.Reports;

/// <summary>A report and its days, as they stand in its address.</summary>
/// <param name="Form">Which report.</param>
/// <param name="From">The first day.</param>
/// <param name="To">The last day; of a report of one day, that day.</param>
/// <param name="Problem">The problem with the address; null for none.</param>
internal sealed record ReportQuery(ReportForm Form, DateOnly From, DateOnly To, string? Problem)
{
    private const int MostYears = 5;
    private const int UsualMonths = 6;

    /// <param name="today">The merchant's day.</param>
    public static ReportQuery Read(IQueryCollection query, DateOnly today)
    {
        var form = ReportForms.All.FirstOrDefault(form => form.Word == query["report"]) ?? ReportForms.All[0];
        var (first, last) = ((string?)query["from"], (string?)query["to"]);
        var to = Places.Day(last);
        // The months whole that are shown unasked.
        var usual = new DateOnly((to ?? today).Year, (to ?? today).Month, 1);
        usual = usual.Year > DateOnly.MinValue.Year ? usual.AddMonths(1 - UsualMonths) : usual;
        var asked = new ReportQuery(form, Places.Day(first) ?? usual, to ?? today, null);
        var problem = ProblemOf(first, last, asked, today);
        return problem is null ? asked : new ReportQuery(form, new DateOnly(today.Year, today.Month, 1).AddMonths(1 - UsualMonths), today,
            problem);
    }

    /// <summary>The days for one merchant.</summary>
    public ReportDays DaysOf(CurrentOperator desk) => new(desk.Merchant, From, To) { Zone = desk.Zone };

    /// <summary>Where a page or a file of it is.</summary>
    public string AddressOf(string path) => Places.With(path, new()
    {
        ["report"] = Form.Word,
        ["from"] = Form.IsOfOneDay ? null : Places.Iso(From),
        ["to"] = Places.Iso(To),
    });

    private static string? ProblemOf(string? first, string? last, ReportQuery asked, DateOnly today) =>
        IsNoDay(first) || IsNoDay(last) ? Say("Type days such as 2027-01-31.")
        : asked.To > today ? Say("That day has not come yet.")
        : asked.Form.IsOfOneDay ? null
        : asked.From > asked.To ? Say("The first day is after the last one.")
        : asked.From.AddYears(MostYears) < asked.To ? Say($"A report has {MostYears} years at most.")
        : null;

    private static bool IsNoDay(string? text) => !string.IsNullOrEmpty(text) && Places.Day(text) is null;
}
