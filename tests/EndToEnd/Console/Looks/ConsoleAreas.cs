using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>
/// The pages of the console in three parts, which are looked at side by side. Together they are the whole table of
/// <see cref="ConsolePages"/>, which is that of the server's routes: no page can be added without being looked at.
/// </summary>
internal static class ConsoleAreas
{
    private static readonly string[] Files = [".csv", ".pdf", ".xlsx"];

    private static readonly string[] OfMoney = ["payments", "customers", "charges", "settlements"];

    /// <summary>People, programs and their permissions.</summary>
    public static TheoryData<string> Access => [.. Templates(area => area == "access")];

    /// <summary>Payments, who pays, and what the bank says.</summary>
    public static TheoryData<string> Money => [.. Templates(OfMoney.Contains)];

    /// <summary>All other pages.</summary>
    public static TheoryData<string> Rest => [.. Templates(area => area != "access" && !OfMoney.Contains(area))];

    /// <summary>Looks at a page in light, in the dark and on a phone.</summary>
    /// <param name="at">Where.</param>
    /// <param name="browser">The browser.</param>
    /// <param name="template">The page's route.</param>
    public static Task LookAsync(LookedAtDesk at, Browser browser, string template) => at.Desk.LookEverywhereAsync(
        browser, ConsolePages.All.Single(page => page.Template == template).Sample(at.Samples)!, $"page-{NameOf(template)}");

    private static IEnumerable<string> Templates(Func<string, bool> isThere) => ConsolePages.All
        .Select(page => page.Template)
        .Where(template => !Files.Any(ending => template.EndsWith(ending, StringComparison.Ordinal))
            && isThere(template.Split('/').ElementAtOrDefault(2) ?? ""));

    private static string NameOf(string template) => template.Count(sign => sign == '/') == 1
        ? "today"
        : string.Join('-', template.Split('/').Skip(2).Select(part => part.Trim('{', '}').Split(':')[0].ToLowerInvariant()));
}
