using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Routing;
using Quittance.Core;
using Quittance.Dialects.Http;
using Quittance.Dialects.OpenApi;
using Quittance.Dialects.OwnApi;
using Quittance.Tests.Mails;
using Quittance.Tests.Running;
using Quittance.Tests.TrainTravel;

namespace Quittance.Tests.OwnApi;

/// <summary>Rules of every route of the API, by the server's own list of them.</summary>
public sealed class EveryRouteTests(BooksFixture books)
{
    /// <summary>These write something of the sender's own, and name nothing of another merchant's.</summary>
    private static readonly string[] OfTheSender =
    [
        Biller.Accounts, "/api/v1/dunning", "/api/v1/tries", Biller.Credentials, Biller.Webhooks, $"{Biller.Webhooks}/secret/rotate",
        Biller.Statements, "/api/v1/limits", "/api/v1/limits/end", "/api/v1/tolerances", "/api/v1/tolerances/end",
        "/api/v1/provider-routes", "/api/v1/apis/time-zone", "/api/v1/origins", "/api/v1/origins/remove", "/api/v1/collections",
        "/api/v1/months/close", "/api/v1/months/reopen", "/api/v1/dunning/run", "/api/v1/tries/run", "/api/v1/dues", "/api/v1/payee",
        "/api/v1/datev", "/api/v1/mails/bounces", "/api/v1/mails/sentences", "/api/v1/profile", "/api/v1/profile/logo",
        "/api/v1/collections/account", "/api/v1/webhooks/messages/replay", "/api/v1/line-rules", "/api/v1/mails/policy",
        "/api/v1/statement-formats", "/api/v1/dues/policy", "/api/v1/dues/policy/end",
        "/api/v1/collections/sent", "/api/v1/collections/unsent", "/api/v1/collections/lost", "/api/v1/mandates/import",
        "/api/v1/contacts/import",
    ];

    private static readonly string[] LackedByTheDemo = ["/qr-bill.pdf", "/letter.pdf"];

    /// <summary>The payments that have a receipt.</summary>
    private const string Received =
        "(SELECT * FROM payment WHERE status = 'captured' AND reversed_minor + refunded_minor < amount_minor) own";

    /// <summary>The tables whose ids stand in the paths of reads and removals: of sessions and webhooks, what this API opened.</summary>
    private static readonly Dictionary<string, string> Tables = new()
    {
        ["accounts"] = "account",
        ["charges"] = "charge",
        ["payments"] = "payment",
        ["refunds"] = "refund",
        ["links"] = "payment_link",
        ["payment-links"] = "payment_link",
        ["instruments"] = "instrument",
        ["sessions"] = "session NATURAL JOIN (SELECT merchant_id, id AS installation_id FROM installation WHERE dialect = 'quittance') own",
        ["disputes"] = "dispute",
        ["dues"] = "due_run",
        ["mails"] = "mail",
        ["statements"] = "statement",
        ["lines"] = "settlement_line",
        ["webhooks"] = "(SELECT * FROM subscription WHERE dialect = 'quittance' AND ended_at IS NULL) own",
    };

    private List<(RouteEndpoint Route, HttpMethod Method)> Routes =>
    [
        .. from route in books.Routes
           where route.Metadata.GetMetadata<Dialect>() is OwnApiRoutes && route.Metadata.GetMetadata<Operation>() is not null
           select (route, new HttpMethod(route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Single())),
    ];

    [Fact]
    public async Task Parameter_ThatTheOperationDoesNotHave_IsRefusedByItsName()
    {
        var biller = await Biller.OpenAsync(books);
        Assert.InRange(Routes.Count, 50, 200);
        foreach (var (route, method) in Routes)
        {
            var path = Filled(route, Guid.CreateVersion7(TimeProvider.System.GetUtcNow()));
            var refused = await biller.SendAsync(
                method, $"{path}?colour=red&limits=1", method == HttpMethod.Post ? "{}" : null, Biller.NewText());
            Assert.Equal((method, path, 400, "invalid-request"), (method, path, refused.Problem.Status, refused.Problem.Type));
            Assert.Equal((path, "colour limits"), (path, string.Join(' ', refused.Places)));
        }
    }

    [Fact]
    public async Task Parameter_ThatIsSentTwice_IsRefused_AndTheTextSaysSo()
    {
        var biller = await Biller.OpenAsync(books);
        foreach (var path in (string[])[Biller.Accounts, Biller.Charges, Biller.Payments, Biller.Disputes, Biller.Statements])
        {
            var refused = await biller.GetAsync($"{path}?limit=1&limit=2");
            Assert.Equal((path, (400, "invalid-request")), (path, refused.Problem));
            var error = Assert.Single(refused.Json["errors"]!.AsArray())!;
            Assert.Equal((path, "limit", "must be given once only"), (path, (string)error["parameter"]!, (string)error["detail"]!));
        }
    }

    [Fact]
    public async Task Credential_ThatLacksTheScope_IsRefused_AndOneThatHasItAloneIsNot()
    {
        var (all, merchant) = (OwnApiRoutes.Setup.Scopes, (await Biller.OpenAsync(books)).Merchant);
        foreach (var scope in all)
        {
            var (lacking, having) = (
                await Biller.OpenAsync(books, merchant, [.. all.Where(other => other != scope)]),
                await Biller.OpenAsync(books, merchant, scope));
            foreach (var (route, method) in Routes.Where(one => one.Route.Metadata.GetMetadata<Needs>()!.Scope == scope))
            {
                var path = Filled(route, Guid.CreateVersion7(TimeProvider.System.GetUtcNow()));
                var body = method == HttpMethod.Post ? "{}" : null;
                Assert.Equal((path, (403, "forbidden")), (path, (await lacking.SendAsync(method, path, body, Biller.NewText())).Problem));
                var let = await having.SendAsync(method, path, body, Biller.NewText());
                Assert.NotEqual((path, HttpStatusCode.Forbidden), (path, let.Status));
            }
        }
    }

    [Fact]
    public async Task CredentialThatOnlyReads_WritesNothing()
    {
        foreach (var path in Writing())
        {
            var sample = await WritingRoutes.Samples[path](books);
            var before = await sample.BroughtAsync(books);
            var reader = await Biller.OpenAsync(books, await MerchantOfAsync(sample), "read");
            Assert.Equal((path, (403, "forbidden")), (path, (await SendAsync(reader, path, sample)).Problem));
            Assert.Equal((path, before), (path, await sample.BroughtAsync(books)));
        }
    }

    [Fact]
    public async Task AnotherMerchant_FindsNothingToChange()
    {
        var stranger = await Biller.OpenAsync(books);
        await Payer.ConnectAsync(books, stranger.Merchant);
        foreach (var path in Writing().Except(OfTheSender))
        {
            var sample = await WritingRoutes.Samples[path](books);
            var before = await sample.BroughtAsync(books);
            var refused = await SendAsync(stranger, path, sample);
            Assert.Equal((path, 404), (path, refused.Problem.Status));
            Assert.EndsWith("-unknown", refused.Problem.Type);
            Assert.Equal((path, before), (path, await sample.BroughtAsync(books)));
        }
    }

    [Fact]
    public async Task AnotherMerchant_SeesNothing_AndItsOwnerDoes()
    {
        var (owner, stranger) = (await Biller.OpenAsync(books, books.DemoCompany), await Biller.OpenAsync(books));
        await new DisputeTests(books).Dispute_OfAnotherMerchant_IsNotThere();
        await SampleMail.SentAsync(books.Database, books.DemoCompany);
        foreach (var path in Writing())
            await SendAsync(owner, path, await WritingRoutes.Samples[path](books));
        foreach (var (route, _) in Routes.Where(one => one.Method == HttpMethod.Get && one.Route.RoutePattern.Parameters.Count > 0))
        {
            var table = route.RoutePattern.RawText!.EndsWith("/receipt.pdf", StringComparison.Ordinal) ? Received
                : Tables[route.RoutePattern.RawText!.Split('/')[3]];
            var path = Filled(route, (Guid)(await books.ScalarAsync(
                $"SELECT id FROM {table} WHERE merchant_id = $1 ORDER BY id DESC LIMIT 1", books.DemoCompany.Value))!);
            // A link has a QR-bill only where its merchant names a Swiss account, and a customer a letter only while something is overdue.
            var shown = LackedByTheDemo.Any(end => path.EndsWith(end, StringComparison.Ordinal)) ? HttpStatusCode.Conflict
                : HttpStatusCode.OK;
            Assert.Equal((path, shown), (path, (await owner.GetAsync(path)).Status));
            Assert.Equal((path, 404), (path, (await stranger.GetAsync(path)).Problem.Status));
        }

        foreach (var (route, method) in Routes.Where(one => one.Method == HttpMethod.Delete))
        {
            var table = Tables[route.RoutePattern.RawText!.Split('/')[3]];
            var path = Filled(route, (Guid)(await books.ScalarAsync(
                $"SELECT id FROM {table} WHERE merchant_id = $1 ORDER BY id DESC LIMIT 1", books.DemoCompany.Value))!);
            Assert.Equal((path, 404), (path, (await stranger.SendAsync(method, path)).Problem.Status));
        }
    }

    [Long]
    [Fact]
    public async Task Lists_ShowNothingOfAnotherMerchant_AndTakeNoneOfItsCursors()
    {
        var (owner, stranger) = (await Biller.OpenAsync(books, books.DemoCompany), await Biller.OpenAsync(books));
        await SampleMail.SentAsync(books.Database, books.DemoCompany);
        await SampleMail.SentAsync(books.Database, books.DemoCompany);
        foreach (var path in Writing().Concat(Writing()))
            await SendAsync(owner, path, await WritingRoutes.Samples[path](books));
        var withCursor = 0;
        foreach (var (route, _) in Routes.Where(one => one.Method == HttpMethod.Get && one.Route.RoutePattern.Parameters.Count == 0))
        {
            // The search needs a text: here the name that the samples give their customers.
            var path = route.RoutePattern.RawText! is "/api/v1/search" ? "/api/v1/search?q=ada" : route.RoutePattern.RawText!;
            var theirs = await stranger.GetAsync(path);
            // The stranger has no logo, and nobody to remind.
            var shown = path is "/api/v1/profile/logo" ? HttpStatusCode.NotFound
                : path is "/api/v1/dunning/letters.pdf" ? HttpStatusCode.Conflict : HttpStatusCode.OK;
            Assert.True(theirs.Status == shown, $"{path}: {theirs.Text}");
            if (shown != HttpStatusCode.OK)
                continue;
            var own = (await owner.GetAsync(path)).Json;
            foreach (var id in own["items"]?.AsArray().Select(item => item!["id"]?.ToJsonString()).Where(IsText) ?? [])
                Assert.DoesNotContain(id!, theirs.Text);
            var names = route.Metadata.GetMetadata<Operation>()!.Parameters.Select(parameter => parameter.Name).ToList();
            var cursor = names.Contains("after") ? "after" : "cursor";
            if (!names.Contains(cursor) || (string?)(await owner.GetAsync($"{path}?limit=1")).Json["next"] is not { } next)
                continue;
            Assert.Equal((path, HttpStatusCode.OK), (path, (await owner.GetAsync($"{path}?{cursor}={next}")).Status));
            Assert.Equal((path, (400, "invalid-request")), (path, (await stranger.GetAsync($"{path}?{cursor}={next}")).Problem));
            withCursor++;
        }

        Assert.InRange(withCursor, 6, 20);

        // Numbers of credentials are each merchant's own.
        static bool IsText(string? id) => id is ['"', ..];
    }

    private static IEnumerable<string> Writing() =>
        WritingRoutes.Samples.Keys.Where(path => path.StartsWith("/api/v1/", StringComparison.Ordinal));

    private static string Filled(RouteEndpoint route, Guid id) => string.Join(
        '/', route.RoutePattern.RawText!.Split('/').Select(part => part.StartsWith('{') ? $"{id:D}" : part));

    /// <summary>Sends a sample with a credential of this sender.</summary>
    private static Task<TravelAnswer> SendAsync(Biller sender, string path, WritingSample sample) => sender.SendAsync(
        HttpMethod.Post, sample.Path ?? path, sample.Body("8"), Biller.NewText(),
        sample.Headers.FirstOrDefault(header => header.Name == "If-Match").Value);

    private async Task<MerchantId> MerchantOfAsync(WritingSample sample)
    {
        var secret = sample.Headers.First(header => header.Name == "Authorization").Value["Bearer ".Length..];
        var found = await books.ScalarAsync(
            "SELECT merchant_id FROM credential WHERE secret_hash = $1", SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
        return new MerchantId((long)found!);
    }
}
