using Microsoft.AspNetCore.Http;
using Quittance.Console.Access;
using Quittance.Core;
using Quittance.Core.Settlements;
using static Quittance.Console.Languages.Texts;

namespace Quittance.Console.Pages.Settlements;

/// <summary>The filter of the open lines, as it stands in an address.</summary>
internal static class LineQuery
{
    /// <summary>How long lines are open: the words in an address, their titles, and the days.</summary>
    public static IReadOnlyList<(string Word, string Title, int Days)> Ages =>
    [
        ("week", Say("More than a week"), 7), ("month", Say("More than 30 days"), 30), ("quarter", Say("More than 90 days"), 90),
    ];

    /// <param name="accounts">The bank accounts of statements, masked.</param>
    public static LineFilter Of(IQueryCollection query, IReadOnlyList<string> accounts, CurrentOperator desk)
    {
        var find = (string?)query["find"];
        return new LineFilter(LineFilter.SignOf(query["direction"]), string.IsNullOrWhiteSpace(find) ? null : OneLine.Of(find.Trim()))
        {
            Account = accounts.FirstOrDefault(one => one == query["account"]),
            Until = DaysOf(query["age"]) is { } days ? desk.Today.AddDays(-days - 1) : null,
        };
    }

    public static int? DaysOf(string? age) => Ages.FirstOrDefault(one => one.Word == age) is { Days: > 0 and var days } ? days : null;
}
