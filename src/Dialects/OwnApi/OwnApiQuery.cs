using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Quittance.Core;
using Quittance.Core.Books;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.OwnApi;

/// <summary>
/// The query of a request. Like a body it is read without exceptions: faults gather, and each names its parameter.
/// </summary>
internal sealed class OwnApiQuery(HttpRequest request)
{
    public const string Cursor = "cursor";
    public const string Limit = "limit";
    public const int MostItems = 1000;
    private const int UsualItems = 100;

    private readonly List<InputFault> _faults = [];

    /// <summary>A text; null where it is absent.</summary>
    public string? Text(string name)
    {
        var values = request.Query[name];
        if (values.Count == 0)
            return null;
        if (values is [{ Length: > 0 } only] && !only.Contains('\0', StringComparison.Ordinal))
            return OneLine.WithoutMarks(only);
        Refuse(name, values.Count > 1 ? "must be given once only" : values is [{ Length: > 0 }] ? "must not contain U+0000"
            : "must not be empty");
        return null;
    }

    /// <summary>One of a few words; null where it is absent.</summary>
    public string? Word(string name, params IReadOnlyList<string> words)
    {
        if (Text(name) is not { } text || words.Contains(text))
            return Text(name);
        Refuse(name, $"must be one of {string.Join(", ", words)}");
        return null;
    }

    /// <summary>True or false; null where it is absent.</summary>
    public bool? Flag(string name)
    {
        if (Text(name) is not { } text)
            return null;
        var flag = QueryFlag.Parse(text);
        if (flag is null)
            Refuse(name, "must be one of true, false");
        return flag;
    }

    /// <summary>A day; null where it is absent.</summary>
    public DateOnly? Day(string name)
    {
        if (Text(name) is not { } text)
            return null;
        if (DayWindow.TryRead(text, out var day))
            return day;
        Refuse(name, $"must be a day as in 2026-10-31, {DayWindow.Rule}");
        return null;
    }

    /// <summary>A day or a moment that has come; null where it is absent.</summary>
    public AsOf? AsOf(string name, Call call)
    {
        if (Text(name) is not { } text)
            return null;
        if (Core.Books.AsOf.Parse(QueryMoment.Repaired(text, Core.Books.AsOf.Decimals)) is { } read && !read.IsAfter(call.Now, call.Today))
            return read;
        Refuse(
            name, "must be a day as in 2026-10-31 or a moment as in 2026-10-31T18:00:00Z (the plus sign of an offset is %2B), must have "
            + $"come, and must be {DayWindow.Rule}");
        return null;
    }

    /// <summary>A whole number; null where it is absent.</summary>
    public int? Whole(string name, int least, int most)
    {
        if (Text(name) is not { } text)
            return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            return number;
        Refuse(name, $"must be a whole number from {least} to {most}");
        return null;
    }

    /// <summary>How many items a part of a list has at most.</summary>
    public int Size() => Whole(Limit, 1, MostItems) ?? UsualItems;

    /// <summary>The place behind which a part of a list begins; null for the first part.</summary>
    /// <param name="list">The list: a cursor of another one, or of another merchant, is refused.</param>
    /// <param name="parse">Reads the place.</param>
    public T? Place<T>(string name, string list, MerchantId merchant, Func<string, T?> parse)
        where T : struct
    {
        // Where a loop has no cursor yet, it may send an empty one.
        if (request.Query[name] is [""] || Text(name) is not { } text)
            return null;
        if (ListCursor.Parse(text, list, merchant) is { } place && parse(place) is { } read)
            return read;
        Refuse(name, "must be a cursor that this list gave");
        return null;
    }

    public void Refuse(string name, string detail) => _faults.Add(InputFault.In(name, detail));

    /// <summary>The fault of the query; null for none. Ask after all parameters are read.</summary>
    public OwnApiProblem? Problem() =>
        _faults.Count > 0 ? OwnApiErrors.OfInput([.. _faults.DistinctBy(fault => fault.Parameter)]) : null;
}

/// <summary>
/// A place in a list of a merchant as clients get it: text without a meaning for them. It holds nothing secret and opens nothing; it names
/// its merchant and its list, so that one that goes astray is refused instead of misread.
/// </summary>
internal static class ListCursor
{
    public static string Of(string list, MerchantId merchant, string place) =>
        WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes($"{list} {merchant.Value} {place}"));

    /// <summary>The place; null where the text is no cursor of this list and merchant.</summary>
    public static string? Parse(string text, string list, MerchantId merchant)
    {
        try
        {
            var start = $"{list} {merchant.Value} ";
            var said = Encoding.UTF8.GetString(WebEncoders.Base64UrlDecode(text));
            return said.StartsWith(start, StringComparison.Ordinal) ? said[start.Length..] : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
