using System.Globalization;
using System.Text.Json;
using Quittance.Core;
using Quittance.Dialects.Http;
using Quittance.Dialects.OpenApi;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Shape;
using static Quittance.Dialects.OwnApi.OwnApiRequests;

namespace Quittance.Dialects.OwnApi;

/// <summary>A part of a list.</summary>
/// <param name="Next">The cursor of the next part; null at the end.</param>
internal sealed record ShownPage<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>The parts that answers of several resources share.</summary>
internal static class OwnApiResponses
{
    private static readonly Resource<InputFault> Fault = new(null, "A field that is wrong.")
    {
        { ProblemShape.Place, fault => fault },
        { Optional("header", Text("The header that it is.")), fault => fault.Header },
        { Optional("detail", Text("What is wrong with it; missing where the problem's `detail` says it.")), fault => fault.Detail },
    };

    public static readonly Resource<ShownProblem> Problem = new("Problem", "What is wrong (RFC 9457).")
    {
        { ProblemShape.Members, shown => shown },
        { Optional("errors", List(Fault, "The fields that are wrong.")), Fault, ProblemShape.FaultsOf },
    };

    public static Action<Utf8JsonWriter>? Shown(long? amountMinor, Currency currency) =>
        amountMinor is { } minor ? json => Sum.Write(json, new Money(minor, currency)) : null;

    public static string TextOf(DateTimeOffset moment) =>
        moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public static string? TextOf(DateOnly? day) => day?.ToString("O", CultureInfo.InvariantCulture);

    public static Resource<ShownPage<T>> PageOf<T>(string name, Resource<T> item) => new(name, "A part of a list.")
    {
        { Required("items", List(item, "The items.")), item, page => page.Items },
        { Optional("next", Text("The `cursor` of the next part; missing at the end.")), page => page.Next },
    };
}
