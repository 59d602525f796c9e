using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Quittance.Core;

namespace Quittance.Dialects.Http.Json;

/// <summary>
/// An object in a body. Each method reads the member of a name: null says that it is absent (JSON's null counts as absent),
/// or that it is not as it should be, and then there is a fault of it in <see cref="JsonBody.Faults"/>; so is there when
/// it is absent but required. A class, because it remembers which names were asked for; one small object per JSON object.
/// </summary>
public sealed class JsonFields
{
    internal const int NoIndex = -1;

    private readonly JsonBody _body;
    private readonly JsonFields? _parent;
    private readonly string _name;
    private readonly int _index;
    private readonly JsonElement _element;

    /// <summary>The names asked for that the object has, each once.</summary>
    private readonly List<string> _known = new(8);

    internal JsonFields(JsonBody body, JsonFields? parent, string name, int index, JsonElement element)
    {
        _body = body;
        _parent = parent;
        _name = name;
        _index = index;
        _element = element;
    }

    /// <summary>Where the object is, as in <c>paymentItem[0].item</c>; empty for the body itself. Built when asked for.</summary>
    public string Path
    {
        get
        {
            var path = _parent?.PathOf(_name) ?? _name;
            return _index == NoIndex ? path : JsonPath.Item(path, _index);
        }
    }

    /// <summary>Whether the member is there and not null.</summary>
    /// <param name="name">The member.</param>
    public bool Has(string name) => TryGet(name, required: false, "", out _);

    /// <summary>A text.</summary>
    /// <param name="name">The member.</param>
    /// <param name="maxLength">The most characters (Unicode code points) it may have.</param>
    /// <param name="required">Whether its absence is a fault.</param>
    /// <param name="minLength">The fewest characters it may have; an empty text is not absent.</param>
    public string? Text(string name, int maxLength, bool required = false, int minLength = 0)
    {
        if (!TryGet(name, required, "a text", out var element))
            return null;
        if (JsonText.TryRead(element, minLength, maxLength, out var text, out var problem))
            return text;

        Refuse(name, problem, JsonText.Expected(element, problem, minLength, maxLength));
        return null;
    }

    /// <summary>A text that names a thing or gives a reason; see <see cref="OneLine.IsName"/>.</summary>
    /// <param name="name">The member.</param>
    /// <param name="maxLength">The most characters (Unicode code points) it may have.</param>
    /// <param name="required">Whether its absence is a fault.</param>
    /// <param name="minLength">The fewest characters it may have; where that is 0, an empty text is no name and is taken.</param>
    public string? Name(string name, int maxLength, bool required = false, int minLength = 1)
    {
        var text = Text(name, maxLength, required, minLength);
        if (text is null or "" || OneLine.IsName(text))
            return text;
        Refuse(name, FieldProblem.Malformed, $"a text {OneLine.Rule}");
        return null;
    }

    /// <summary>A text, or a whole number in its place, whose digits it then is.</summary>
    /// <param name="name">The member.</param>
    /// <param name="maxLength">The most characters (Unicode code points) it may have.</param>
    /// <param name="required">Whether its absence is a fault.</param>
    public string? TextOrInteger(string name, int maxLength, bool required = false) =>
        TryGet(name, required, "a text", out var element) && ReadInteger(element, out var integer) is null
            ? integer.ToString()
            : Text(name, maxLength);

    /// <summary>Names with blanks between them, or a list of them in the place of such a text, which it then is.</summary>
    /// <inheritdoc cref="Name(string, int, bool, int)"/>
    public string? Names(string name, int maxLength, bool required = false) =>
        TryGet(name, required, "a text", out var element) && element.ValueKind == JsonValueKind.Array
            ? Array(name, maxLength)?.Names(maxLength)
            : Name(name, maxLength);

    /// <summary>A text that is one of a few.</summary>
    /// <param name="name">The member.</param>
    /// <param name="choices">The values that it may have; upper and lower case differ.</param>
    /// <param name="required">Whether its absence is a fault.</param>
    public string? Choice(string name, ReadOnlySpan<string> choices, bool required = false)
    {
        if (!TryGet(name, required, "a text", out var element))
            return null;
        if (!JsonText.TryRead(element, 0, int.MaxValue, out var text, out var problem))
        {
            Refuse(name, problem, JsonText.Expected(element, problem, $"one of {string.Join(", ", choices)}"));
            return null;
        }

        foreach (var choice in choices)
        {
            if (choice == text)
                return choice;
        }

        Refuse(name, FieldProblem.NotInList, $"one of {string.Join(", ", choices)}");
        return null;
    }

    /// <summary>An absolute address of http or https.</summary>
    /// <param name="name">The member.</param>
    /// <param name="maxLength">The most characters it may have.</param>
    /// <param name="required">Whether its absence is a fault.</param>
    public Uri? Uri(string name, int maxLength, bool required = false)
    {
        if (Text(name, maxLength, required) is not { } text)
            return null;
        if (System.Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is ("https" or "http"))
            return uri;

        Refuse(name, FieldProblem.Malformed, "an absolute http or https address");
        return null;
    }

    /// <summary>A date with time and offset, as in RFC 3339 with capital T and Z: <c>2026-01-31T23:59:59.5+02:00</c>.</summary>
    /// <param name="name">The member.</param>
    /// <param name="required">Whether its absence is a fault.</param>
    /// <param name="isOfAnyTime">Whether it may lie outside the <see cref="DayWindow"/>.</param>
    /// <returns>The moment, in UTC; what is finer than 100 nanoseconds is cut off.</returns>
    public DateTimeOffset? DateTime(string name, bool required = false, bool isOfAnyTime = false)
    {
        const string Form = "a date and time as in 2026-01-31T23:59:59Z";
        var expected = isOfAnyTime ? Form : $"{Form}, {DayWindow.Rule}";
        if (!TryGet(name, required, expected, out var element))
            return null;

        if (!JsonText.TryRead(element, 0, int.MaxValue, out var text, out var problem))
            Refuse(name, problem, JsonText.Expected(element, problem, expected));
        else if (!HasSecondsAndOffset(text) || !element.TryGetDateTimeOffset(out var moment))
            Refuse(name, FieldProblem.Malformed, expected);
        else if (isOfAnyTime || DayWindow.Holds(moment))
            return moment.ToUniversalTime();
        // Clients in .NET send the first day of all for a moment that they leave out.
        else if (required || moment.Year > 1)
            Refuse(name, FieldProblem.OutOfRange, expected);
        return null;
    }

    /// <summary>A day: <c>2026-01-31</c>.</summary>
    /// <param name="name">The member.</param>
    /// <param name="required">Whether its absence is a fault.</param>
    public DateOnly? Day(string name, bool required = false)
    {
        const string Expected = $"a day as in 2026-01-31, {DayWindow.Rule}";
        if (!TryGet(name, required, Expected, out var element))
            return null;
        if (!JsonText.TryRead(element, 0, int.MaxValue, out var text, out var problem))
            Refuse(name, problem, JsonText.Expected(element, problem, Expected));
        else if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            Refuse(name, FieldProblem.Malformed, Expected);
        else if (!DayWindow.Holds(day))
            Refuse(name, FieldProblem.OutOfRange, Expected);
        else
            return day;
        return null;
    }

    /// <summary>True or false.</summary>
    /// <param name="name">The member.</param>
    /// <param name="required">Whether its absence is a fault.</param>
    public bool? Boolean(string name, bool required = false)
    {
        if (!TryGet(name, required, "true or false", out var element))
            return null;
        if (element.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return element.ValueKind == JsonValueKind.True;

        Refuse(name, FieldProblem.WrongType, JsonText.Not(element, "true or false"));
        return null;
    }

    /// <summary>A number, exactly as written. A number within a string is none.</summary>
    /// <param name="name">The member.</param>
    /// <param name="required">Whether its absence is a fault.</param>
    public DecimalNumber? Number(string name, bool required = false)
    {
        if (!TryGet(name, required, "a number", out var element))
            return null;
        if (TryReadNumber(element, out var number))
            return number;

        Refuse(name, FieldProblem.WrongType, JsonText.Not(element, "a number"));
        return null;
    }

    /// <summary>An amount of money in major units, of any sign: <c>42.5</c>.</summary>
    /// <param name="name">The member.</param>
    /// <param name="currency">The currency, which must not be finer than the amount's last digit.</param>
    /// <param name="required">Whether its absence is a fault.</param>
    public Money? Amount(string name, Currency currency, bool required = false) =>
        Number(name, required) is { } number ? Amount(name, number, currency) : null;

    /// <summary>An amount of money in major units, of any sign, as a text: <c>"42.50"</c>.</summary>
    /// <param name="name">The member.</param>
    /// <param name="currency">The currency, which must not be finer than the amount's last digit.</param>
    /// <param name="required">Whether its absence is a fault.</param>
    public Money? AmountText(string name, Currency currency, bool required = false)
    {
        const string Expected = "a decimal number as a text, as in \"12.50\"";
        if (!TryGet(name, required, Expected, out var element))
            return null;
        if (!JsonText.TryRead(element, 0, Money.MaxTextLength, out var text, out var problem))
            Refuse(name, problem, JsonText.Expected(element, problem, Expected));
        else if (!text.ContainsAny('e', 'E') && DecimalNumber.TryParse(text, out var number))
            return Amount(name, number, currency);
        else
            Refuse(name, FieldProblem.Malformed, Expected);
        return null;
    }

    private Money? Amount(string name, DecimalNumber number, Currency currency)
    {
        switch (number.TryToMinor(currency, out var amountMinor))
        {
            case AmountFault.None:
                return new Money(amountMinor, currency);
            case AmountFault.TooManyDecimals:
                Refuse(name, FieldProblem.TooPrecise, $"at most {currency.MinorUnits} decimals for {currency.Code}");
                break;
            case AmountFault.TooLarge:
                var largest = new Money(Money.MaxAmountMinor, currency);
                Refuse(name, FieldProblem.OutOfRange, $"at most {largest.ToText(AmountDecimals.Full)}");
                break;
        }

        return null;
    }

    /// <summary>A whole number; <c>3.0</c> and <c>3e0</c> are 3.</summary>
    /// <param name="name">The member.</param>
    /// <param name="min">The least it may be.</param>
    /// <param name="max">The most it may be; beyond 15 digits only when it is written as digits alone.</param>
    /// <param name="required">Whether its absence is a fault.</param>
    public long? Integer(string name, long min, long max, bool required = false)
    {
        if (!TryGet(name, required, "a whole number", out var element))
            return null;

        var fault = ReadInteger(element, out var integer);
        if (fault is null && integer >= min && integer <= max)
            return integer;

        Refuse(name, fault ?? FieldProblem.OutOfRange, JsonText.ExpectedInteger(element, fault, min, max));
        return null;
    }

    /// <summary>An object.</summary>
    /// <param name="name">The member.</param>
    /// <param name="required">Whether its absence is a fault.</param>
    public JsonFields? Object(string name, bool required = false)
    {
        if (!TryGet(name, required, "an object", out var element))
            return null;
        if (element.ValueKind == JsonValueKind.Object)
            return new(_body, this, name, NoIndex, element);

        Refuse(name, FieldProblem.WrongType, JsonText.Not(element, "an object"));
        return null;
    }

    /// <summary>
    /// All members of this object, whose names a client gives, each with its text; one that is not as it should be adds a fault and is
    /// passed over.
    /// </summary>
    /// <param name="maxMembers">The most members it may have.</param>
    /// <param name="maxName">The most characters (Unicode code points) that a name may have.</param>
    /// <param name="maxLength">The most characters (Unicode code points) that a text may have.</param>
    public IReadOnlyList<KeyValuePair<string, string>> NamedTexts(int maxMembers, int maxName, int maxLength)
    {
        List<KeyValuePair<string, string>> texts = [];
        if (_element.GetPropertyCount() > maxMembers)
        {
            _body.Add(new(Path, FieldProblem.TooMany, $"an object of at most {maxMembers} members"));
            return texts;
        }

        foreach (var member in _element.EnumerateObject())
        {
            if (member.Name.EnumerateRunes().Count() > maxName || !OneLine.IsName(member.Name))
                Refuse(JsonPath.Printable(member.Name), FieldProblem.Malformed, $"a name of at most {maxName} characters {OneLine.Rule}");
            else if (Text(member.Name, maxLength, required: true) is { } text)
                texts.Add(new(member.Name, text));
        }

        return texts;
    }

    /// <summary>An array.</summary>
    /// <param name="name">The member.</param>
    /// <param name="maxItems">The most items it may have.</param>
    /// <param name="required">Whether its absence is a fault; an empty array is not absent.</param>
    public JsonItems? Array(string name, int maxItems, bool required = false) =>
        TryGet(name, required, "an array", out var element) ? JsonItems.Read(_body, this, name, element, maxItems) : null;

    /// <summary>Adds a fault that the dialect found itself.</summary>
    /// <param name="name">The member.</param>
    /// <param name="expected">The expected value, in English, such as <c>an amount above zero</c>.</param>
    public void Refuse(string name, FieldProblem problem, string expected) => _body.Add(new(PathOf(name), problem, expected));

    /// <summary>Adds a fault for every member that nothing has asked for: to be called after all reads of this object.</summary>
    public void RefuseUnknown()
    {
        // No member is there twice, so equal numbers mean that all are known.
        if (_known.Count == _element.GetPropertyCount())
            return;

        foreach (var member in _element.EnumerateObject())
        {
            if (!IsKnown(member))
                Refuse(JsonPath.Printable(member.Name), FieldProblem.Unknown, "no such member");
        }
    }

    /// <summary>Says which members the object has, in one pass over it: faster than to ask for each name.</summary>
    /// <param name="names">The names, in UTF-8.</param>
    /// <param name="given">Becomes true at the place of each name that the object may have.</param>
    internal void Find(byte[][] names, Span<bool> given)
    {
        foreach (var member in _element.EnumerateObject())
        {
            var written = JsonMarshal.GetRawUtf8PropertyName(member);
            if (written.Contains((byte)'\\'))
            {
                // An escape may stand for any name.
                given.Fill(true);
                return;
            }

            for (var i = 0; i < names.Length; i++)
                given[i] |= written.SequenceEqual(names[i]);
        }
    }

    internal string PathOf(string name) => JsonPath.Member(Path, name);

    private bool TryGet(string name, bool required, string expected, out JsonElement element)
    {
        if (_element.TryGetProperty(name, out element))
        {
            if (!_known.Contains(name))
                _known.Add(name);
            if (element.ValueKind != JsonValueKind.Null)
                return true;
        }

        if (required)
            Refuse(name, FieldProblem.Missing, expected);
        return false;
    }

    private bool IsKnown(JsonProperty member)
    {
        foreach (var name in _known)
        {
            if (member.NameEquals(name))
                return true;
        }

        return false;
    }

    private static bool TryReadNumber(JsonElement element, out DecimalNumber number)
    {
        number = default;
        return element.ValueKind == JsonValueKind.Number
            && DecimalNumber.TryParse(JsonMarshal.GetRawUtf8Value(element), out number);
    }

    internal static FieldProblem? ReadInteger(JsonElement element, out long integer)
    {
        integer = 0;
        if (!TryReadNumber(element, out var number))
            return FieldProblem.WrongType;
        if (element.TryGetInt64(out integer))
            return null;

        return number.TryToMinor(0, out integer) switch
        {
            AmountFault.None => null,
            AmountFault.TooManyDecimals => FieldProblem.WrongType,
            AmountFault.TooLarge => FieldProblem.OutOfRange,
        };
    }

    // The framework's reader also takes dates alone, times without seconds, and times without an offset.
    private static bool HasSecondsAndOffset(string text) =>
        text.Length >= "2026-01-31T23:59:59Z".Length
        && text[16] == ':'
        && (text[^1] == 'Z' || (text[^3] == ':' && text[^6] is ('+' or '-')));
}

/// <summary>An array in a body. Its items are read, and their faults found, as they are enumerated: enumerate once.</summary>
public sealed class JsonItems
{
    private readonly JsonBody _body;
    private readonly JsonFields? _parent;
    private readonly string _name;
    private readonly JsonElement _element;

    private JsonItems(JsonBody body, JsonFields? parent, string name, JsonElement element)
    {
        _body = body;
        _parent = parent;
        _name = name;
        _element = element;
        Count = element.GetArrayLength();
    }

    /// <summary>How many items there are, of any type.</summary>
    public int Count { get; }

    /// <summary>The items as objects; one that is something else adds a fault and is passed over.</summary>
    public IEnumerable<JsonFields> Objects()
    {
        var index = 0;
        foreach (var item in _element.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.Object)
                yield return new(_body, _parent, _name, index, item);
            else
                Refuse(index, FieldProblem.WrongType, JsonText.Not(item, "an object"));
            index++;
        }
    }

    /// <summary>The items as texts; one that is something else adds a fault and is passed over.</summary>
    /// <param name="maxLength">The most characters (Unicode code points) each may have.</param>
    public IEnumerable<string> Texts(int maxLength)
    {
        var index = 0;
        foreach (var item in _element.EnumerateArray())
        {
            if (JsonText.TryRead(item, 0, maxLength, out var text, out var problem))
                yield return text;
            else
                Refuse(index, problem, JsonText.Expected(item, problem, 0, maxLength));
            index++;
        }
    }

    /// <summary>
    /// The items as one text with blanks between them: each is a name, which has none. A list of nothing is a fault: it is not the same as
    /// no list.
    /// </summary>
    /// <param name="maxLength">The most characters (Unicode code points) that they may have together.</param>
    public string? Names(int maxLength)
    {
        List<string> names = [];
        var index = 0;
        foreach (var item in _element.EnumerateArray())
        {
            if (!JsonText.TryRead(item, 1, maxLength, out var name, out var problem))
                Refuse(index, problem, JsonText.Expected(item, problem, 1, maxLength));
            else if (name.Contains(' ', StringComparison.Ordinal) || !OneLine.IsName(name))
                Refuse(index, FieldProblem.Malformed, $"a text without blanks, {OneLine.Rule}");
            else
                names.Add(name);
            index++;
        }

        var all = string.Join(' ', names);
        if (index == 0)
            _parent?.Refuse(_name, FieldProblem.TooShort, "at least one item");
        else if (all.Length > maxLength)
            _parent?.Refuse(_name, FieldProblem.TooLong, $"at most {maxLength} characters in all");
        return all;
    }

    /// <summary>
    /// The items as whole numbers with their places; one that is something else, or outside the range, adds a fault and is passed over.
    /// </summary>
    /// <param name="min">The smallest each may be.</param>
    /// <param name="max">The largest each may be.</param>
    public IEnumerable<(int Index, long Value)> Integers(long min, long max)
    {
        var index = 0;
        foreach (var item in _element.EnumerateArray())
        {
            var problem = JsonFields.ReadInteger(item, out var integer);
            if (problem is null && integer >= min && integer <= max)
                yield return (index, integer);
            else
                Refuse(index, problem ?? FieldProblem.OutOfRange, JsonText.ExpectedInteger(item, problem, min, max));
            index++;
        }
    }

    internal static JsonItems? Read(JsonBody body, JsonFields? parent, string name, JsonElement element, int maxItems)
    {
        var path = parent?.PathOf(name) ?? name;
        if (element.ValueKind != JsonValueKind.Array)
            body.Add(new(path, FieldProblem.WrongType, JsonText.Not(element, "an array")));
        else if (element.GetArrayLength() > maxItems)
            body.Add(new(path, FieldProblem.TooMany, $"an array of at most {maxItems} items"));
        else
            return new(body, parent, name, element);
        return null;
    }

    private void Refuse(int index, FieldProblem problem, string expected) => _body.Add(new(PathOf(index), problem, expected));

    private string PathOf(int index) => JsonPath.Item(_parent?.PathOf(_name) ?? _name, index);
}

/// <summary>Reads JSON strings as text that can be stored and answered again.</summary>
internal static class JsonText
{
    public static bool TryRead(
        JsonElement element,
        int minLength,
        int maxLength,
        [NotNullWhen(true)] out string? text,
        out FieldProblem problem)
    {
        text = null;
        problem = FieldProblem.WrongType;
        if (element.ValueKind != JsonValueKind.String)
            return false;

        problem = FieldProblem.Malformed;
        if (!TryGetString(element, out var read))
            return false;

        var length = Length(read, maxLength);
        problem = length < minLength ? FieldProblem.TooShort : FieldProblem.TooLong;
        if (length < minLength || length > maxLength)
            return false;

        text = read;
        return true;
    }

    /// <summary>The expected text, in the words that name what is wrong with a value: its type, its characters or its length.</summary>
    public static string Expected(JsonElement value, FieldProblem problem, int minLength, int maxLength) => Expected(
        value, problem, problem == FieldProblem.WrongType ? "a text"
            : minLength == 0 ? $"a text of at most {maxLength} characters" : $"a text of {minLength} to {maxLength} characters");

    /// <summary>The expected value, in the words that name what is wrong with a value: its type, its characters, or else itself.</summary>
    public static string Expected(JsonElement value, FieldProblem problem, string expected) => problem switch
    {
        FieldProblem.WrongType => Not(value, expected),
        FieldProblem.Malformed => "a text of whole characters, without U+0000 and halves of surrogate pairs",
        _ => expected,
    };

    public static string ExpectedInteger(JsonElement value, FieldProblem? problem, long min, long max) =>
        problem == FieldProblem.WrongType && value.ValueKind != JsonValueKind.Number
            ? Not(value, "a whole number") : $"a whole number from {min} to {max}";

    /// <summary>What is expected, and the type that is sent in its place: <c>a text, not a number</c>.</summary>
    public static string Not(JsonElement value, string expected) => $"{expected}, not {value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => "null",
    }}";

    private static bool TryGetString(JsonElement element, out string text)
    {
        try
        {
            text = element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, written as an escape.
            text = "";
            return false;
        }

        text = OneLine.WithoutMarks(text);
        // PostgreSQL cannot store U+0000.
        return !text.Contains('\0');
    }

    /// <summary>The number of code points, counted only where it decides: there are never more than UTF-16 units.</summary>
    private static int Length(string text, int maxLength)
    {
        if (text.Length <= maxLength)
            return text.Length;

        var length = 0;
        foreach (var _ in text.EnumerateRunes())
            length++;
        return length;
    }
}
