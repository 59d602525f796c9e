using System.Net;
using Quittance.Console;
using Quittance.Core.Access;
using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>Who may see and do what: every page with every role, from the server's own list of pages.</summary>
public sealed class RolesTests(BooksFixture books)
{
    private const string CatchAll = "/console/{*Path}";

    [Fact]
    public void EveryPage_HasItsRoleInTheTable()
    {
        var routes = books.Routes.Select(route => $"/{route.RoutePattern.RawText?.TrimStart('/')}")
            .Where(route => route == ConsoleRoutes.Root || route.StartsWith($"{ConsoleRoutes.Root}/", StringComparison.OrdinalIgnoreCase))
            .Where(route => route != CatchAll && !route.StartsWith($"{ConsoleRoutes.Root}/assets/", StringComparison.Ordinal))
            .Distinct().Order(StringComparer.Ordinal);

        Assert.Equal(ConsolePages.All.Select(page => page.Template).Order(StringComparer.Ordinal), routes);
    }

    [Fact]
    public async Task EveryPage_IsShownToItsRoleAndThoseAbove_AndToNobodyElse()
    {
        List<string> wrong = [];
        var samples = await DeskSamples.CreateWithBusinessAsync(books);
        foreach (var role in Enum.GetValues<OperatorRole>())
        {
            using var desk = await TestDesk.OpenAsync(books, role, samples.Merchant);
            foreach (var page in ConsolePages.All)
            {
                using var answer = await desk.Client.GetAsync(page.Sample(samples)!, TestContext.Current.CancellationToken);
                var expected = page.Least is not { } least || role >= least ? HttpStatusCode.OK : HttpStatusCode.Forbidden;
                if (answer.StatusCode != expected)
                    wrong.Add($"GET {page.Template} as {role}: {answer.StatusCode}");
                else if (expected == HttpStatusCode.OK && page.Heading is { } heading && !await ShowsAsync(answer, heading))
                    wrong.Add($"GET {page.Template} as {role}: no heading '{heading}'");
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task EveryForm_TakesEffectForItsRoleAndThoseAbove_AndForNobodyElse()
    {
        List<string> wrong = [];
        var samples = await DeskSamples.CreateWithBusinessAsync(books);
        var before = await ActionsAsync(samples);
        foreach (var role in Enum.GetValues<OperatorRole>())
        {
            using var desk = await TestDesk.OpenAsync(books, role, samples.Merchant);
            foreach (var page in ConsolePages.All.Where(page => page.IsAction))
            {
                // A form in which nothing is filled in: who may send it is told what is missing.
                using var answer = await desk.SendAsync(page.Sample(samples)!);
                var expected = role >= page.Least ? HttpStatusCode.OK : HttpStatusCode.Forbidden;
                if (answer.StatusCode != expected)
                    wrong.Add($"POST {page.Template} as {role}: {answer.StatusCode}");
            }
        }

        Assert.Empty(wrong);
        Assert.Equal(before, await ActionsAsync(samples));
    }

    [Fact]
    public async Task WhoIsNotSignedIn_IsSentToSignIn_FromEveryPage()
    {
        var samples = await DeskSamples.CreateWithBusinessAsync(books);
        using var stranger = new HttpClient(new WatchedAnswers(SecretWatch.OfTheRun, followsRedirects: false)) { BaseAddress = books.Address };
        foreach (var page in ConsolePages.All.Where(page => page.Least is not null))
        {
            foreach (var method in new[] { HttpMethod.Get, HttpMethod.Post })
            {
                using var request = new HttpRequestMessage(method, page.Sample(samples)!);
                if (method == HttpMethod.Post)
                    request.Content = new FormUrlEncodedContent([new("_handler", "action"), new("Reason", "because")]);
                using var answer = await stranger.SendAsync(request, TestContext.Current.CancellationToken);
                Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
                Assert.StartsWith("/console/sign-in", answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task PagesOfAnotherMerchant_AreUnknown()
    {
        var samples = await DeskSamples.CreateWithBusinessAsync(books);
        using var other = await TestDesk.OpenAsync(books, OperatorRole.Admin);
        foreach (var page in ConsolePages.All.Where(page => page.Template.Contains(":long", StringComparison.Ordinal) || page.Template.Contains(":guid", StringComparison.Ordinal)))
        {
            using var seen = await other.Client.GetAsync(page.Sample(samples)!, TestContext.Current.CancellationToken);
            Assert.True(seen.StatusCode == HttpStatusCode.NotFound, $"{page.Template}: {seen.StatusCode}");
        }
    }

    private static async Task<bool> ShowsAsync(HttpResponseMessage answer, string heading) =>
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Contains(heading, StringComparison.Ordinal);

    private Task<object?> ActionsAsync(DeskSamples samples) => books.ScalarAsync("SELECT count(*) FROM operator_action WHERE merchant_id = $1", samples.Merchant.Value);
}
