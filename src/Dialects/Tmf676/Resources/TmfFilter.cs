using System.Text;
using System.Text.Json;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.Tmf676.Resources;

/// <summary>What one parameter of a list asks of each item: that an attribute passes one of some tests (TMF676 5.8).</summary>
/// <param name="Attribute">The attribute, by its dotted path.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Tests">The tests; one that passes is enough.</param>
public sealed record TmfFilter(string Attribute, TmfAttributeKind Kind, IReadOnlyList<TmfTest> Tests)
{
    /// <summary>
    /// Reads a parameter. Its values are alternatives: the parameter may come again, and a value may be several, with commas or semicolons
    /// between them. A value within double quotes is one, whatever it holds.
    /// </summary>
    /// <returns>The filter, or what is wrong.</returns>
    public static Reading<TmfFilter, TmfError> Read(string name, IEnumerable<string?> values, TmfAttributes attributes)
    {
        if (AttributeOf(name, attributes) is not { } named)
            return UnknownFilter(name);
        var (path, comparison) = named;
        var kind = attributes.KindOf(path)!.Value;
        if (kind == TmfAttributeKind.Whole)
        {
            return TmfError.Invalid($"{Printable(name)} is an object, which can't be compared.", "Filter by one of its attributes.");
        }

        List<TmfTest> tests = [];
        foreach (var value in values.SelectMany(value => Alternatives(value ?? "")))
        {
            var (test, text) = (comparison, value);
            // As in paymentDate.lt=2027-01-01;paymentDate.gt=2027-02-01.
            if (value.IndexOf('=', StringComparison.Ordinal) is > 0 and var sign && AttributeOf(value[..sign], attributes) is { } again && again.Path == path)
                (test, text) = (again.Operator, value[(sign + 1)..]);
            if (TmfTest.Read(kind, test, Unquoted(text)) is not { } read)
                return Unreadable(name, kind, test);
            tests.Add(read);
        }

        return new TmfFilter(path, kind, tests);
    }

    /// <summary>Whether a resource, as the API shows it, passes.</summary>
    public bool Passes(JsonElement resource) => Passes(resource, Attribute);

    private bool Passes(JsonElement value, string path)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in value.EnumerateArray())
            {
                if (Passes(item, path))
                    return true;
            }

            return false;
        }

        if (path.Length == 0)
            return Tests.Any(test => test.Passes(Kind, value));
        var end = path.IndexOf('.', StringComparison.Ordinal);
        var name = end < 0 ? path : path[..end];
        return value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member)
            && Passes(member, end < 0 ? "" : path[(end + 1)..]);
    }

    private static (string Path, TmfOperator Operator)? AttributeOf(string name, TmfAttributes attributes)
    {
        if (attributes.KindOf(name) is not null)
            return (name, TmfOperator.Equal);
        var dot = name.LastIndexOf('.');
        TmfOperator? comparison = dot < 0 ? null : name[(dot + 1)..] switch
        {
            "eq" => TmfOperator.Equal,
            "gt" => TmfOperator.Above,
            "gte" => TmfOperator.AtLeast,
            "lt" => TmfOperator.Below,
            "lte" => TmfOperator.AtMost,
            _ => null,
        };
        return comparison is { } known && attributes.KindOf(name[..dot]) is not null ? (name[..dot], known) : null;
    }

    private static List<string> Alternatives(string value)
    {
        List<string> alternatives = [];
        var (current, isQuoted) = (new StringBuilder(), false);
        foreach (var letter in value)
        {
            isQuoted ^= letter == '"';
            if (isQuoted || letter is not (',' or ';'))
            {
                current.Append(letter);
                continue;
            }

            alternatives.Add(current.ToString());
            current.Clear();
        }

        alternatives.Add(current.ToString());
        return alternatives;
    }

    /// <summary>TMF676 4.2: older clients put quotes around dates.</summary>
    private static string Unquoted(string text) => text is ['"', .. var inner, '"'] ? inner : text;

    private static TmfError UnknownFilter(string name) => new(
        400, "unknownFilter", $"{Printable(name)} is not an attribute that can be filtered by.", "Check its spelling; operators are gt, gte, lt, lte and eq.");

    private static TmfError Unreadable(string name, TmfAttributeKind kind, TmfOperator comparison) => kind switch
    {
        TmfAttributeKind.Text or TmfAttributeKind.Boolean when comparison != TmfOperator.Equal => TmfError.Invalid(
            $"{Printable(name)} can't be compared by size.", "Use operators on dates and numbers only."),
        TmfAttributeKind.Number => TmfError.Invalid($"{Printable(name)} is not a number.", "Use a number such as 42.5."),
        TmfAttributeKind.Moment => TmfError.Invalid($"{Printable(name)} is not a date.", "Use a date and time as in 2026-01-31T23:59:59Z."),
        TmfAttributeKind.Text => TmfError.Invalid($"{Printable(name)} is not a text.", "Leave control characters out."),
        TmfAttributeKind.Boolean or TmfAttributeKind.Whole => TmfError.Invalid(
            $"{Printable(name)} is neither true nor false.", "Use true or false."),
    };

    private static string Printable(string name) => JsonPath.Printable(name);
}
