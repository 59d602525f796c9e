using System.Globalization;
using System.Text.Json;
using Quittance.Core.Books;

namespace Quittance.Dialects.Tmf676.Resources;

/// <summary>One comparison of a filter.</summary>
/// <param name="Operator">How to compare.</param>
/// <param name="Text">What with, as the client wrote it.</param>
public sealed record TmfTest(TmfOperator Operator, string Text)
{
    private const long TicksShown = TimeSpan.TicksPerMillisecond;

    // Beyond this a decimal would round silently.
    private const int MostNumberCharacters = 28;

    private static readonly string[] MomentFormats =
    [
        "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
    ];

    /// <summary>What with, where the attribute is a number.</summary>
    public decimal Number { get; private init; }

    /// <summary>What with, where the attribute is a moment; in UTC.</summary>
    public DateTimeOffset Moment { get; private init; }

    /// <summary>Reads a comparison; null when the text is no such value, or can't be compared so.</summary>
    public static TmfTest? Read(TmfAttributeKind kind, TmfOperator comparison, string text)
    {
        var test = new TmfTest(comparison, text);
        switch (kind)
        {
            case TmfAttributeKind.Text:
                // No text that is kept holds U+0000.
                return comparison == TmfOperator.Equal && !text.Contains('\0') ? test : null;
            case TmfAttributeKind.Boolean:
                return comparison == TmfOperator.Equal && text is "true" or "false" ? test : null;
            case TmfAttributeKind.Number:
                return TryParseNumber(text, out var number) ? test with { Number = number } : null;
            case TmfAttributeKind.Moment:
                return TryParseMoment(text, out var moment) ? test with { Moment = moment } : null;
            case TmfAttributeKind.Whole:
            default:
                return null;
        }
    }

    /// <summary>Whether a value of a resource passes.</summary>
    public bool Passes(TmfAttributeKind kind, JsonElement value) => kind switch
    {
        TmfAttributeKind.Text => value.ValueKind == JsonValueKind.String && value.GetString() == Text,
        TmfAttributeKind.Boolean => value.ValueKind == (Text == "true" ? JsonValueKind.True : JsonValueKind.False),
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
            text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>TMF676 4.3: the plus sign of an offset may have become a blank on its way. A time without an offset is in UTC.</summary>
    private static bool TryParseMoment(string text, out DateTimeOffset moment)
    {
        const int OffsetLength = 6;
        if (text.Length > OffsetLength && text[^OffsetLength] == ' ' && text[^3] == ':')
            text = $"{text.AsSpan(0, text.Length - OffsetLength)}+{text.AsSpan(text.Length - OffsetLength + 1)}";
        return DateTimeOffset.TryParseExact(
            text, MomentFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out moment);
    }
}
