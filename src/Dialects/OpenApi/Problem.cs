using Microsoft.AspNetCore.WebUtilities;
using Quittance.Dialects.Http;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Shape;

namespace Quittance.Dialects.OpenApi;

/// <summary>The body of a refusal: a problem of RFC 9457.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Type">The last part of the problem's type, such as <c>charge-unknown</c>.</param>
/// <param name="Detail">The event, in English and with nothing secret.</param>
public abstract record Problem(int Status, string Type, string Detail)
{
    /// <summary>The folder of the server in which a page explains each type.</summary>
    public const string Folder = "problems";

    /// <summary>The faults of the request, one by one.</summary>
    public IReadOnlyList<InputFault> Faults { get; init; } = [];
}

/// <summary>A problem, with the address that its type begins with.</summary>
/// <param name="Address">Where clients reach this server.</param>
internal record ShownProblem(Problem Problem, PublicAddress Address);

/// <summary>The members of problems in all dialects that have them.</summary>
internal static class ProblemShape
{
    public static readonly Resource<ShownProblem> Members = new(null, "What is wrong (RFC 9457).")
    {
        { Required("type", Link("What it is, for programs.")), shown => $"{shown.Address.Base}/{Problem.Folder}/{shown.Problem.Type}" },
        { Required("title", Text("The words of the status.")), shown => ReasonPhrases.GetReasonPhrase(shown.Problem.Status) },
        { Required("status", Whole("The HTTP status.", 400, 599)), shown => shown.Problem.Status },
        { Required("detail", Text("What happened.")), shown => shown.Problem.Detail },
    };

    /// <summary>Where a fault is.</summary>
    public static readonly Resource<InputFault> Place = new(null, "A place in the request.")
    {
        { Optional("pointer", Text("Where in the body it is, a JSON pointer.")), fault => fault.Pointer },
        { Optional("parameter", Text("The parameter that it is.")), fault => fault.Parameter },
    };

    /// <summary>The faults of a problem; null where it has none.</summary>
    public static IReadOnlyList<InputFault>? FaultsOf(ShownProblem shown) =>
        shown.Problem.Faults is { Count: > 0 } faults ? faults : null;
}
