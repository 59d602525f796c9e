using System.Net;
using Quittance.Console;
using Quittance.Core.Access;
using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>The rights of each role: every page with every role, from the server's own list of pages.</summary>
public sealed class RolesTests(BooksFixture books, SharedSamples shared) : IClassFixture<SharedSamples>

{
    private const string CatchAll = "/console/{*Path}";

    [Fact]
    public void EveryPage_HasItsRoleInTheTable()
    {
        var routes = books.Routes.Select(route => $"/{route.RoutePattern.RawText?.TrimStart('/')}")
            .Where(route => route == ConsoleRoutes.Root || route.StartsWith($"{ConsoleRoutes.Root}/", StringComparison.OrdinalIgnoreCase))
            .Where(route => route != CatchAll && !route.StartsWith($"{ConsoleRoutes.Root}/assets/", StringComparison.Ordinal))
            .Distinct().Order(StringComparer.Ordinal);

        Assert.Equal(
            ConsolePages.All.Select(page => page.Template).Concat(ConsolePages.TakenAlone).Order(StringComparer.Ordinal), routes);
    }

    [Fact]
    public async Task EveryPage_IsShownToItsRoleAndThoseAbove_AndToNobodyElse()
    {
        List<string> wrong = [];
        var samples = shared.All;
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
    public async Task EveryForm_IsTakenFromItsRoleAndThoseAbove_AndFromNobodyElse_AndChangesNothingWhileItIsEmpty()
    {
        List<string> wrong = [];
        var samples = await DeskSamples.CreateWithBusinessAsync(books);
        var before = await ActionsAsync(samples);
        foreach (var role in Enum.GetValues<OperatorRole>())
        {
            using var desk = await TestDesk.OpenAsync(books, role, samples.Merchant);
            foreach (var page in ConsolePages.All.Where(page => page.IsAction))
            {
                // An empty form: a sender with the right role sees the problems.
                using var answer = await desk.SendAsync(page.Sample(samples)!);
                var expected = role >= page.Least ? HttpStatusCode.OK : HttpStatusCode.Forbidden;
                if (answer.StatusCode != expected)
                    wrong.Add($"POST {page.Template} as {role}: {answer.StatusCode}");
            }
        }

        Assert.Empty(wrong);
        Assert.Equal(before, await ActionsAsync(samples));
    }

    [Theory]
    [InlineData(OperatorRole.Operator)]
    [InlineData(OperatorRole.Admin)]
    public async Task FilledForm_TakesEffectOnce_ForItsRole_AndNeverForViewersOrOtherMerchants(OperatorRole role)
    {
        var samples = await DeskSamples.CreateWithBusinessAsync(books);
        var has = samples.Business!;
        using var desk = await TestDesk.OpenAsync(books, role, samples.Merchant);
        using var viewer = await TestDesk.OpenAsync(books, OperatorRole.Viewer, samples.Merchant);
        using var stranger = await TestDesk.OpenAsync(books, OperatorRole.Admin);
        var openCharge = await books.ScalarAsync(
            "SELECT number FROM charge WHERE merchant_id = $1 AND is_open AND account_id = $2", samples.Merchant.Value, has.Customer);
        var charge = ("Charge", $"{openCharge}");
        (string What, string Path, (string, string)[] Filled)[] forms =
        [
            ("payment.refund", $"payments/{has.Paid}/refund", [("Amount", "1")]),
            ("payment.allocate", $"payments/{has.Paid}/allocate", [("Amount", "2"), charge]),
            ("payment.cancel", $"payments/{has.Promised}/cancel", []),
            ("payment.ask", $"payments/{has.Asked}/attempts/{has.Attempt:D}/ask", []),
            ("payment.settle", $"payments/{has.Asked}/attempts/{has.Attempt:D}/settle", [("As", "approved")]),
            ("refund.paid", $"payments/{has.ToPay.Payment}/refunds/{has.ToPay.Refund}/paid", []),
            ("approval.approve", $"approvals/{has.Request}/approve", []),
        ];
        foreach (var (what, path, filled) in forms)
        {
            var form = await SeenForm.OpenAsync(desk, $"/console/{path}");
            (string, string)[] said = [("Reason", "Asked for by phone"), .. filled];
            var before = await ActionsAsync(samples);

            Assert.Equal((what, HttpStatusCode.Forbidden), (what, await form.SendByAsync(viewer, said)));
            Assert.Equal((what, HttpStatusCode.NotFound), (what, await form.SendByAsync(stranger, said)));
            Assert.Equal((what, before), (what, await ActionsAsync(samples)));
            var (to, page) = await form.SendAsync(said);
            Assert.True(to is not null, $"{what}: {page}");
            Assert.Equal((what, 1L), (what, await books.ScalarAsync(
                "SELECT count(*) FROM operator_action WHERE merchant_id = $1 AND person_id = $2 AND what = $3 AND reason = 'Asked for by "
                    + "phone'", samples.Merchant.Value, desk.Person.Id, what)));
        }

        var till = new Till(books, samples.Merchant);
        Assert.Equal(
            (1_00, 2_00, "cancelled"),
            (await till.MinorAsync(has.Paid, "refunded"), await till.MinorAsync(has.Paid, "allocated"),
            await till.StatusAsync(has.Promised)));
        Assert.Equal("approved",
            await books.ScalarAsync("SELECT status FROM attempt WHERE merchant_id = $1 AND id = $2", samples.Merchant.Value, has.Attempt));
        Assert.Equal(
            7L, await books.ScalarAsync(
            "SELECT count(*) FROM operator_action WHERE merchant_id = $1 AND person_id = $2 AND what <> 'console.refuse'",
            samples.Merchant.Value, desk.Person.Id));
        // Each form that the viewer sent.
        Assert.Equal(
            7L, await books.ScalarAsync(
            "SELECT count(*) FROM operator_action WHERE merchant_id = $1 AND person_id = $2 AND what = 'console.refuse'",
            samples.Merchant.Value, viewer.Person.Id));
        Assert.Equal(0L, await books.ScalarAsync("SELECT count(*) FROM operator_action WHERE merchant_id = $1", stranger.Merchant.Value));
    }

    [Fact]
    public async Task WhoIsNotSignedIn_IsSentToSignIn_FromEveryPage()
    {
        var samples = shared.All;
        using var stranger =
            new HttpClient(new WatchedAnswers(SecretWatch.OfTheRun, followsRedirects: false)) { BaseAddress = books.Address };
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
        var samples = shared.All;
        using var other = await TestDesk.OpenAsync(books, OperatorRole.Admin);
        foreach (var page in ConsolePages.All.Where(
            page => page.Template.Contains(":long", StringComparison.Ordinal) || page.Template.Contains(":guid", StringComparison.Ordinal)))
        {
            using var seen = await other.Client.GetAsync(page.Sample(samples)!, TestContext.Current.CancellationToken);
            Assert.True(seen.StatusCode == HttpStatusCode.NotFound, $"{page.Template}: {seen.StatusCode}");
        }
    }

    private static async Task<bool> ShowsAsync(HttpResponseMessage answer, string heading) =>
        WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))
            .Contains(heading, StringComparison.Ordinal);

    private Task<object?> ActionsAsync(DeskSamples samples) =>
        books.ScalarAsync(
            "SELECT count(*) FROM operator_action WHERE merchant_id = $1 AND what <> 'console.refuse'", samples.Merchant.Value);
}
