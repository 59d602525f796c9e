using Microsoft.AspNetCore.Http;
using Quittance.Console.Access;
using Quittance.Console.Layout;
using Quittance.Storage.Tenancy;

namespace Quittance.Console.Pages.Audit;

/// <summary>The filters of the audit log, as they stand in an address. Unreadable ones are left out.</summary>
/// <param name="Person">The id of a person, or <see cref="CommandLine"/>.</param>
/// <param name="What">The action.</param>
/// <param name="From">The first day.</param>
/// <param name="To">The last day.</param>
internal sealed record AuditQuery(string? Person, string? What, DateOnly? From, DateOnly? To)
{
    /// <summary>The command line in an address.</summary>
    public const string CommandLine = "command-line";

    /// <summary>Whether there is any filter.</summary>
    public bool IsNarrow => Person is not null || What is not null || From is not null || To is not null;

    public static AuditQuery Of(IQueryCollection query)
    {
        var person = TextOf(query, "person");
        return new AuditQuery(
            person == CommandLine || Guid.TryParseExact(person, "N", out _) ? person : null, TextOf(query, "what"),
            Places.Day(query["from"]), Places.Day(query["to"]));
    }

    public AuditFilter FilterFor(CurrentOperator desk) => new(
        Person is null ? null : Person == CommandLine ? Guid.Empty : Guid.ParseExact(Person, "N"), What,
        From is { } from ? desk.StartOf(from) : null, To is { } to ? desk.StartOf(to.AddDays(1)) : null);

    /// <summary>An address with these filters.</summary>
    /// <param name="path">The page or the file.</param>
    /// <param name="after">The last action of the part before; null for the newest.</param>
    public string At(string path, AuditPlace? after = null) => Places.With(path, new()
    {
        ["person"] = Person,
        ["what"] = What,
        ["from"] = From is { } from ? Places.Iso(from) : null,
        ["to"] = To is { } to ? Places.Iso(to) : null,
        ["after"] = after?.ToString(),
    });

    private static string? TextOf(IQueryCollection query, string name) => query[name] is [{ Length: > 0 and <= 200 } text] ? text : null;
}
