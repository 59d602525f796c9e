using Quittance.Dialects.Http.Json;

namespace Quittance.Dialects.Http;

/// <summary>One mistake in a request, an item of the member <c>errors</c> of a problem (RFC 9457).</summary>
/// <param name="Detail">The fault, in words; null where the problem's detail says it.</param>
public sealed record InputFault(string? Detail)
{
    /// <summary>Where in the body it is, a JSON pointer; null where it is not in the body.</summary>
    public string? Pointer { get; init; }

    /// <summary>The parameter of the address that it is; null where it is none.</summary>
    public string? Parameter { get; init; }

    /// <summary>The header that it is; null where it is none.</summary>
    public string? Header { get; init; }

    /// <summary>A member of a body.</summary>
    public static InputFault Of(FieldFault fault) => At(PointerOf(fault.Path), fault.Problem switch
    {
        FieldProblem.Missing => $"is required and must be {fault.Expected}",
        FieldProblem.Unknown => fault.Expected,
        FieldProblem.TooPrecise => $"must have {fault.Expected}",
        FieldProblem.WrongType or FieldProblem.TooShort or FieldProblem.TooLong or FieldProblem.TooMany or FieldProblem.NotInList
            or FieldProblem.Malformed or FieldProblem.OutOfRange => $"must be {fault.Expected}",
    });

    /// <summary>A place in the body.</summary>
    public static InputFault At(string pointer, string detail) => new(detail) { Pointer = pointer };

    /// <summary>A parameter of the address.</summary>
    public static InputFault In(string parameter, string detail) => new(detail) { Parameter = parameter };

    /// <summary>A header.</summary>
    public static InputFault Of(string header, string detail) => new(detail) { Header = header };

    /// <summary>A path as JSON pointers write it (RFC 6901): <c>source.exp_month</c> is <c>/source/exp_month</c>.</summary>
    private static string PointerOf(string path) => path.Length == 0
        ? ""
        : "/" + path.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)
            .Replace("[", ".", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal).Replace('.', '/');
}
