using System.Globalization;
using System.Text;
using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Books;
using Quittance.Dialects.Http;
using Quittance.Dialects.Http.Json;

namespace Quittance.Dialects.Tmf676.Resources;

/// <summary>How an attribute is compared with what a filter says (TMF676 5.8).</summary>
public enum TmfOperator
{
    /// <summary><c>.eq</c>, or no operator.</summary>
    Equal,

    /// <summary><c>.gt</c>.</summary>
    Above,

    /// <summary><c>.gte</c>.</summary>
    AtLeast,

    /// <summary><c>.lt</c>.</summary>
    Below,

    /// <summary><c>.lte</c>.</summary>
    AtMost,
}

/// <summary>One parameter of a list: an attribute of each item must pass one of some tests (TMF676 5.8).</summary>
/// <param name="Attribute">The attribute, by its dotted path.</param>
/// <param name="Kind">The attribute's kind.</param>
/// <param name="Tests">The tests; one that passes is enough.</param>
public sealed record TmfFilter(string Attribute, TmfAttributeKind Kind, IReadOnlyList<TmfTest> Tests)
{
    /// <summary>
    /// Reads a parameter. Its values are alternatives: the parameter may come again, and a value may be several, with commas or semicolons
    /// between them. A value within double quotes is one value, commas and all.
    /// </summary>
    /// <returns>The filter, or what is wrong.</returns>
    public static Reading<TmfFilter, TmfError> Read(string name, IEnumerable<string?> values, TmfAttributes attributes)
    {
        if (AttributeOf(name, attributes.Knows) is not var (path, comparison))
            return UnknownFilter(name);
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
            if (value.IndexOf('=', StringComparison.Ordinal) is > 0 and var sign
                && AttributeOf(value[..sign], attributes.Knows) is { } again && again.Path == path)
            {
                (test, text) = (again.Operator, value[(sign + 1)..]);
            }

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

    /// <summary>The attribute that a parameter names, and how its name's end compares it; null where no attribute is meant.</summary>
    internal static (string Path, TmfOperator Operator)? AttributeOf(string name, Func<string, bool> isAttribute)
    {
        if (isAttribute(name))
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
        return comparison is { } known && isAttribute(name[..dot]) ? (name[..dot], known) : null;
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

    // The first two are parameters of TMF630 that TMF676 does not ask for.
    private static TmfError UnknownFilter(string name) => name switch
    {
        "sort" => new(
            400, "unknownFilter", "sort is not supported: a list has an order of its own.", "Leave it out, and sort what you get."),
        "filter" => new(
            400, "unknownFilter", "filter is not supported: there are no filters in JSONPath.", "Name an attribute, as in status=done."),
        _ => new(
            400, "unknownFilter", $"{Printable(name)} is no parameter of this list, and no attribute that it can be filtered by.",
            "Check its spelling; operators are gt, gte, lt, lte and eq."),
    };

    internal static TmfError Unreadable(string name, TmfAttributeKind kind, TmfOperator comparison) => kind switch
    {
        TmfAttributeKind.Text or TmfAttributeKind.Boolean when comparison != TmfOperator.Equal => TmfError.Invalid(
            $"{Printable(name)} can't be compared by size.", "Use operators on dates and numbers only."),
        TmfAttributeKind.Number => TmfError.Invalid($"{Printable(name)} is not a number.", "Use a number such as 42.5."),
        TmfAttributeKind.Moment => TmfError.Invalid(
            $"{Printable(name)} is not a date {DayWindow.Rule}.", "Use a date and time as in 2026-01-31T23:59:59Z."),
        TmfAttributeKind.Text => TmfError.Invalid($"{Printable(name)} is not a text.", "Leave control characters out."),
        TmfAttributeKind.Boolean or TmfAttributeKind.Whole => TmfError.Invalid(
            $"{Printable(name)} is neither true nor false.", "Use true or false."),
    };

    private static string Printable(string name) => JsonPath.Printable(name);
}

/// <summary>One comparison of a filter.</summary>
/// <param name="Operator">How to compare.</param>
/// <param name="Text">The value to compare with, as the client wrote it.</param>
public sealed record TmfTest(TmfOperator Operator, string Text)
{
    private const long TicksShown = TimeSpan.TicksPerMillisecond;

    // Beyond this a decimal would round silently.
    private const int MostNumberCharacters = 28;

    private static readonly string[] MomentFormats =
    [
        "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
    ];

    /// <summary>The value to compare with, where the attribute is a number.</summary>
    public decimal Number { get; private init; }

    /// <summary>The value to compare with, where the attribute is true or false.</summary>
    public bool Flag { get; private init; }

    /// <summary>The value to compare with, where the attribute is a moment; in UTC.</summary>
    public DateTimeOffset Moment { get; private init; }

    /// <summary>Reads a comparison; null when the text is of another kind, or the kind has no such comparison.</summary>
    public static TmfTest? Read(TmfAttributeKind kind, TmfOperator comparison, string text)
    {
        var test = new TmfTest(comparison, text);
        switch (kind)
        {
            case TmfAttributeKind.Text:
                // No text that is kept holds U+0000.
                return comparison == TmfOperator.Equal && !text.Contains('\0') ? test : null;
            case TmfAttributeKind.Boolean:
                return comparison == TmfOperator.Equal && QueryFlag.Parse(text) is { } flag ? test with { Flag = flag } : null;
            case TmfAttributeKind.Number:
                return TryParseNumber(text, out var number) ? test with { Number = number } : null;
            case TmfAttributeKind.Moment:
                return TryParseMoment(text, out var moment) && DayWindow.Holds(moment) ? test with { Moment = moment } : null;
            case TmfAttributeKind.Whole:
            default:
                return null;
        }
    }

    /// <summary>Whether a value of a resource passes.</summary>
    public bool Passes(TmfAttributeKind kind, JsonElement value) => kind switch
    {
        TmfAttributeKind.Text => value.ValueKind == JsonValueKind.String && value.GetString() == Text,
        TmfAttributeKind.Boolean => value.ValueKind == (Flag ? JsonValueKind.True : JsonValueKind.False),
        TmfAttributeKind.Number => value.ValueKind == JsonValueKind.Number
            && TryParseNumber(value.GetRawText(), out var number) && Passes(number.CompareTo(Number)),
        TmfAttributeKind.Moment => value.ValueKind == JsonValueKind.String
            && TryParseMoment(value.GetString()!, out var moment) && Passes(moment.CompareTo(Moment)),
        TmfAttributeKind.Whole => false,
    };

    /// <summary>The moments that are shown as ones that pass: what is finer than a millisecond is not shown.</summary>
    internal IEnumerable<Range<DateTimeOffset>> Times()
    {
        var rest = Moment.Ticks % TicksShown;
        var from = Moment.AddTicks(-rest);
        var next = from > DateTimeOffset.MaxValue.AddTicks(-TicksShown) ? DateTimeOffset.MaxValue : from.AddTicks(TicksShown);
        var atLeast = rest == 0 ? from : next;
        return Operator switch
        {
            TmfOperator.Equal => rest == 0 ? [new Range<DateTimeOffset>(from, next, ExcludesTo: true)] : [],
            TmfOperator.Above => [new Range<DateTimeOffset>(next, null)],
            TmfOperator.AtLeast => [new Range<DateTimeOffset>(atLeast, null)],
            TmfOperator.Below => [new Range<DateTimeOffset>(null, atLeast, ExcludesTo: true)],
            TmfOperator.AtMost => [new Range<DateTimeOffset>(null, next, ExcludesTo: true)],
        };
    }

    /// <summary>The numbers that pass.</summary>
    internal Range<decimal> Range() => Operator switch
    {
        TmfOperator.Equal => new Range<decimal>(Number, Number),
        TmfOperator.Above => new Range<decimal>(Number, null, ExcludesFrom: true),
        TmfOperator.AtLeast => new Range<decimal>(Number, null),
        TmfOperator.Below => new Range<decimal>(null, Number, ExcludesTo: true),
        TmfOperator.AtMost => new Range<decimal>(null, Number),
    };

    private bool Passes(int order) => Operator switch
    {
        TmfOperator.Equal => order == 0,
        TmfOperator.Above => order > 0,
        TmfOperator.AtLeast => order >= 0,
        TmfOperator.Below => order < 0,
        TmfOperator.AtMost => order <= 0,
    };

    private static bool TryParseNumber(string text, out decimal number)
    {
        number = 0;
        return text.Length <= MostNumberCharacters && decimal.TryParse(
            text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture,
            out number);
    }

    /// <summary>TMF676 4.3: the plus sign of an offset may have become a blank on its way. A time without an offset is in UTC.</summary>
    private static bool TryParseMoment(string text, out DateTimeOffset moment) => DateTimeOffset.TryParseExact(
        QueryMoment.Repaired(text), MomentFormats, CultureInfo.InvariantCulture,
        DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out moment);
}
