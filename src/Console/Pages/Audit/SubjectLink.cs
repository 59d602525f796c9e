using System.Globalization;

namespace Quittance.Console.Pages.Audit;

/// <summary>Finds the page of what an operator did something to.</summary>
internal static class SubjectLink
{
    /// <summary>The page; null where there is none.</summary>
    /// <param name="what">The action.</param>
    /// <param name="subject">As the log names it, such as <c>payment 1234</c> or <c>credential 7 (demo)</c>.</param>
    public static string? Of(string what, string subject)
    {
        if (what.StartsWith("origin.", StringComparison.Ordinal))
            return "/console/access/origins";
        var words = subject.Split(' ', 3);
        var name = words.Length > 1 ? words[1] : "";
        return (words[0], IsNumber(name), Guid.TryParse(name, out var id)) switch
        {
            ("payment", true, _) => $"/console/payments/{name}",
            ("credential", true, _) => $"/console/access/credentials/{name}",
            ("client", _, _) => "/console/access/clients",
            ("person", _, _) => "/console/access/people",
            ("installation", _, _) => "/console/access/installations",
            ("provider", _, _) => "/console/access/providers",
            ("receiver" or "webhook" or "subscription", _, true) => $"/console/webhooks/{id:D}",
            ("receiver" or "webhook" or "subscription" or "delivery" or "dead", _, _) => "/console/webhooks",
            ("account" or "customer", _, true) => $"/console/customers/{id:D}",
            ("line", _, true) => $"/console/settlements/lines/{id:D}",
            ("settlement" or "statement", _, _) => "/console/settlements",
            _ => null,
        };
    }

    private static bool IsNumber(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
