using System.Net;
using System.Text.RegularExpressions;

namespace Quittance.Tests.Console;

/// <summary>The form of an open page: it may be sent later, and more than once.</summary>
internal sealed partial class SeenForm
{
    private readonly TestDesk _desk;
    private readonly string _path;
    private readonly Dictionary<string, string> _fields;

    private SeenForm(TestDesk desk, string path, string page)
    {
        (_desk, _path) = (desk, path);
        _fields = Inputs().Matches(page).Select(match => match.Value)
            .Where(input => Attribute(input, "name") is not null && Attribute(input, "type") is not "radio"
                && (Attribute(input, "type") is not "checkbox" || input.Contains(" checked", StringComparison.Ordinal)))
            .GroupBy(input => Attribute(input, "name")!)
            .ToDictionary(group => group.Key, group => Attribute(group.Last(), "value") ?? "");
        _fields["_handler"] = "action";
    }

    /// <summary>Opens a page.</summary>
    public static async Task<SeenForm> OpenAsync(TestDesk desk, string path) => new(desk, path, await desk.PageAsync(path));

    /// <summary>The value of a field.</summary>
    public string this[string name] => _fields[name];

    /// <summary>The value of a page's hidden field.</summary>
    public static string Hidden(string page, string name)
    {
        var at = page.IndexOf($"name=\"{name}\" value=\"", StringComparison.Ordinal);
        Assert.True(at > 0, page);
        var from = page.IndexOf("value=\"", at, StringComparison.Ordinal) + 7;
        return page[from..page.IndexOf('"', from)];
    }

    /// <summary>The value of the first button of a row that begins so.</summary>
    public static string Submit(string page, string begin)
    {
        var at = page.IndexOf($"value=\"{begin}", StringComparison.Ordinal);
        Assert.True(at > 0, page);
        return page[(at + 7)..page.IndexOf('"', at + 7)];
    }

    /// <summary>Sends it with some fields filled in.</summary>
    /// <returns>Where it leads; or, where it leads nowhere, the page's text.</returns>
    public async Task<(Uri? To, string Page)> SendAsync(params (string Name, string Value)[] filled)
    {
        using var answer = await _desk.SendAsync(_path, Filled(filled));
        var page = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.SeeOther, $"{answer.StatusCode}: {page}");
        return (answer.Headers.Location, WebUtility.HtmlDecode(page));
    }

    /// <summary>Sends it as another person.</summary>
    public async Task<HttpStatusCode> SendByAsync(TestDesk desk, params (string Name, string Value)[] filled)
    {
        using var answer = await desk.SendAsync(_path, Filled(filled));
        return answer.StatusCode;
    }

    private (string, string)[] Filled((string Name, string Value)[] filled)
    {
        var fields = new Dictionary<string, string>(_fields);
        foreach (var (name, value) in filled)
            fields[name] = value;
        return [.. fields.Select(field => (field.Key, field.Value))];
    }

    private static string? Attribute(string input, string name) =>
        Regex.Match(input, $"\\s{name}=\"([^\"]*)\"", RegexOptions.None, TimeSpan.FromMinutes(1)) is { Success: true } match
            ? WebUtility.HtmlDecode(match.Groups[1].Value) : null;

    [GeneratedRegex("<input[^>]*>", RegexOptions.None, 60_000)]
    private static partial Regex Inputs();
}
