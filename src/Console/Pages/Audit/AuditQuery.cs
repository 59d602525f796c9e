using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Quittance.Console.Access;
using Quittance.Storage.Tenancy;

namespace Quittance.Console.Pages.Audit;

/// <summary>What an address asks of the audit log. What it can't mean is not asked.</summary>
/// <param name="Person">Who did it, or <see cref="CommandLine"/>.</param>
/// <param name="What">The action.</param>
/// <param name="From">The first day.</param>
/// <param name="To">The last day.</param>
internal sealed record AuditQuery(string? Person, string? What, DateOnly? From, DateOnly? To)
{
    /// <summary>How the command line is named in an address.</summary>
    public const string CommandLine = "command-line";

    /// <summary>Whether it asks for anything.</summary>
    public bool IsNarrow => Person is not null || What is not null || From is not null || To is not null;

    /// <summary>Reads an address.</summary>
    public static AuditQuery Of(IQueryCollection query)
    {
        var person = TextOf(query, "person");
        return new AuditQuery(
            person == CommandLine || Guid.TryParseExact(person, "N", out _) ? person : null, TextOf(query, "what"), DayOf(query, "from"),
            DayOf(query, "to"));
    }

    /// <summary>The actions that are meant.</summary>
    public AuditFilter FilterFor(Desk desk) => new(
        Person is null ? null : Person == CommandLine ? Guid.Empty : Guid.ParseExact(Person, "N"), What,
        From is { } from ? desk.StartOf(from) : null, To is { } to && to < DateOnly.MaxValue ? desk.StartOf(to.AddDays(1)) : null);

    /// <summary>An address that asks for the same.</summary>
    /// <param name="path">Of whom.</param>
    /// <param name="after">Where to go on; null for the newest.</param>
    public string At(string path, AuditPlace? after = null) => QueryHelpers.AddQueryString(path, new Dictionary<string, string?>
    {
        ["person"] = Person,
        ["what"] = What,
        ["from"] = From?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ["to"] = To?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ["after"] = after?.ToString(),
    }.Where(part => part.Value is not null));

    private static string? TextOf(IQueryCollection query, string name) => query[name] is [{ Length: > 0 and <= 200 } text] ? text : null;

    private static DateOnly? DayOf(IQueryCollection query, string name) =>
        DateOnly.TryParseExact(TextOf(query, name), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && day.Year > 1970 ? day : null;
}
