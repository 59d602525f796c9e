using System.Net;
using System.Text.RegularExpressions;
using Quittance.Core.Access;
using Quittance.Storage.Tenancy;
using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>People see where they are signed in, and end it.</summary>
public sealed partial class SessionListTests(BooksFixture books, Browser browser)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sessions_AreListed_AndEndedOneByOneOrTogether()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        using var stranger = await TestDesk.OpenAsync(books, OperatorRole.Admin, desk.Merchant);
        var others = new List<HttpClient>();
        foreach (var agent in new[] { "Firefox on a phone", "<b>Chrome</b>", "Safari" })
            others.Add(await OpenAsync(desk, agent));
        await desk.LookEverywhereAsync(browser, "/console/sessions", "sessions-of-mine");

        var page = await desk.PageAsync("/console/sessions");
        Assert.Contains("this one", page, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;Chrome&lt;/b&gt;", page, StringComparison.Ordinal);
        var ends = Ends().Matches(page).Select(match => WebUtility.HtmlDecode(match.Value)).Where(end => end.Contains('?')).ToList();
        Assert.Equal(3, ends.Count);
        // Another person's session is unknown.
        using (var foreign = await stranger.Client.GetAsync(ends[0], Cancel))
            Assert.Equal(HttpStatusCode.NotFound, foreign.StatusCode);

        using (var ended = await desk.SendAsync(ends[0], ("Key", NewKey())))
            Assert.Equal(HttpStatusCode.SeeOther, ended.StatusCode);
        Assert.Equal(2, await OpenOnesAsync(others));
        using (var ended = await desk.SendAsync("/console/sessions/end", ("Key", NewKey())))
            Assert.Equal(HttpStatusCode.SeeOther, ended.StatusCode);
        Assert.Equal(0, await OpenOnesAsync(others));
        using (var here = await desk.Client.GetAsync("/console", Cancel))
            Assert.Equal(HttpStatusCode.OK, here.StatusCode);
        Assert.Equal(2L, await books.ScalarAsync(
            "SELECT count(*) FROM operator_action WHERE merchant_id = $1 AND person_id = $2 AND what = 'session.end'", desk.Merchant.Value,
            desk.Person.Id));
    }

    private static string NewKey() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString("N");

    private async Task<HttpClient> OpenAsync(TestDesk desk, string agent)
    {
        var token = await new ConsoleSessions(books.Database, TimeProvider.System)
            .OpenAsync(desk.Person, Cancel, new SessionPlace("203.0.113.7", agent));
        SecretWatch.OfTheRun.Add([token[(token.IndexOf('.', StringComparison.Ordinal) + 1)..]]);
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = books.Address };
        client.DefaultRequestHeaders.Add("Cookie", $"quittance-console={token}");
        return client;
    }

    private static async Task<int> OpenOnesAsync(IEnumerable<HttpClient> clients)
    {
        var open = 0;
        foreach (var client in clients)
        {
            using var answer = await client.GetAsync("/console", Cancel);
            open += answer.StatusCode == HttpStatusCode.OK ? 1 : 0;
        }

        return open;
    }

    [GeneratedRegex("/console/sessions/end[^\"]*", RegexOptions.None, 60_000)]
    private static partial Regex Ends();
}
