using Microsoft.AspNetCore.Http;
using Quittance.Console.Layout;
using Quittance.Core;
using Quittance.Core.Overdue;
using static Quittance.Console.Languages.Texts;

namespace Quittance.Console.Pages.Letters;

/// <summary>Which letters are asked for, as it stands in an address.</summary>
/// <param name="Asked">The days and whether only customers whom no mail reached.</param>
/// <param name="Problem">The problem with the address; null for none.</param>
internal sealed record LetterQuery(DunnedQuery Asked, string? Problem)
{
    public const string From = "from";
    public const string To = "to";
    public const string Unmailed = "unmailed";

    private const string Yes = "yes";

    /// <param name="today">The merchant's day, by which dunning goes.</param>
    public static LetterQuery Read(IQueryCollection query, MerchantId merchant, DateOnly today)
    {
        var (first, last) = (Places.Day(query[From]), Places.Day(query[To]));
        var to = last ?? today;
        var asked = new DunnedQuery(merchant, first ?? to, to, query[Unmailed] == Yes);
        var problem = IsNoDay(query[From], first) || IsNoDay(query[To], last) ? Say("Type days such as 2027-01-31.")
            : asked.From > asked.To ? Say("The first day is after the last one.") : null;
        return problem is null ? new LetterQuery(asked, null) : new LetterQuery(asked with { From = today, To = today }, problem);
    }

    /// <summary>Where a page or the file of it is.</summary>
    public string AddressOf(string path) => Places.With(path, new()
    {
        [From] = Places.Iso(Asked.From),
        [To] = Places.Iso(Asked.To),
        [Unmailed] = Asked.IsUnmailed ? Yes : null,
    });

    private static bool IsNoDay(string? text, DateOnly? day) => !string.IsNullOrEmpty(text) && day is null;
}
