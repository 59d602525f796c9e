using System.Net;
using System.Text.Json.Nodes;
using Quittance.Dialects.OwnApi;
using Quittance.Providers.Sandbox;
using Quittance.Storage.Providers;
using Quittance.Tests.Running;

namespace Quittance.Tests.OwnApi;

/// <summary>A program lets other programs in, and ends their access.</summary>
public sealed class CredentialTests(BooksFixture books)
{
    [Fact]
    public async Task Program_IsLetIn_WithASecretThatIsAnsweredOnce_AndItsAccessEnds()
    {
        var admin = await Biller.OpenAsync(books);
        var (body, key) = (Program("Shop", "read", "bill"), Biller.NewText());

        var made = await admin.PostAsync(Biller.Credentials, body, key);
        var again = await admin.PostAsync(Biller.Credentials, body, key);

        Assert.True(made.Status == HttpStatusCode.Created, made.Text);
        Assert.Equal((409, "secret-answered"), again.Problem);
        var (id, secret) = ((long)made.Json["credentials"]![0]!["id"]!, (string)made.Json["credentials"]![0]!["secret"]!);
        SecretWatch.OfTheRun.Add([secret]);
        var listed = await admin.GetAsync(Biller.Credentials);
        Assert.DoesNotContain(secret, listed.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, again.Text, StringComparison.Ordinal);
        var shown = listed.Json["items"]!.AsArray().Single(one => (long)one!["id"]! == id)!;
        Assert.Equal(("Shop", "quittance", "bearer", "read bill"), ((string)shown["name"]!, (string)shown["api"]!, (string)shown["kind"]!,
            string.Join(' ', shown["scopes"]!.AsArray())));
        var shop = new Biller(books, admin.Merchant, secret);
        Assert.Equal(HttpStatusCode.OK, (await shop.GetAsync(Biller.Accounts)).Status);
        Assert.Equal(403, (await shop.GetAsync(Biller.Credentials)).Problem.Status);

        var (reason, end) = (new JsonObject { ["reason"] = "The shop is closed" }, Biller.NewText());
        var ended = await admin.PostAsync($"{Biller.Credentials}/{id}/end", reason, end);
        Assert.True(ended.Status == HttpStatusCode.OK && ended.Json["ends_at"] is not null, ended.Text);
        var repeated = await admin.PostAsync($"{Biller.Credentials}/{id}/end", reason, end);
        Assert.Equal((ended.Text, true), (repeated.Text, repeated.Replayed));
        Assert.Equal((409, "credential-ended"), (await admin.PostAsync($"{Biller.Credentials}/{id}/end", reason)).Problem);
        await NoticePost.UntilAsync(async () => (await shop.GetAsync(Biller.Accounts)).Status == HttpStatusCode.Unauthorized);
        Assert.Equal(
            [
                $"credential.create credential {id} (Shop) by credential 1: ",
                $"credential.revoke credential {id} (Shop) by credential 1: The shop is closed",
            ],
            await ActionsAsync(admin));
        await books.AssertBooksAreCleanAsync(admin.Merchant);
    }

    [Fact]
    public async Task Name_WithControlCharacters_IsRefused()
    {
        var admin = await Biller.OpenAsync(books);

        var made = await admin.PostAsync(Biller.Credentials, Program("Shop\n2026-11-20 credential.revoke\u001b[2J", "read"));

        Assert.Equal((HttpStatusCode.BadRequest, "/name"), (made.Status, Assert.Single(made.Places)));
    }

    [Fact]
    public async Task Program_GivesNoAccessThatOnlyAPersonGives()
    {
        Assert.DoesNotContain(OwnApiRoutes.AdministerScope, OwnApiRoutes.Setup.UsualScopes);
        var admin = await Biller.OpenAsync(books);
        var usual = await admin.PostAsync(Biller.Credentials, new JsonObject { ["api"] = "quittance", ["name"] = "Usual" });
        Assert.DoesNotContain("administer", usual.Json["scopes"]!.AsArray().Select(scope => (string)scope!));
        var program = await Biller.OpenAsync(books, [.. OwnApiRoutes.Setup.UsualScopes]);
        Assert.Equal(403, (await program.GetAsync(Biller.Credentials)).Problem.Status);

        foreach (var (body, place) in new (JsonObject, string)[]
        {
            (Program("Heir", "read", "administer"), "/scopes/1"),
            (Program("Guess", "everything"), "/scopes/0"),
            (new JsonObject { ["api"] = "tmf676", ["name"] = "Not opened" }, "/api"),
            (new JsonObject { ["api"] = "nothing", ["name"] = "Unknown" }, "/api"),
            (new JsonObject { ["api"] = "quittance" }, "/name"),
            (new JsonObject { ["api"] = "quittance", ["name"] = "None", ["scopes"] = new JsonArray() }, "/scopes"),
        })
        {
            var refused = await admin.PostAsync(Biller.Credentials, body);
            Assert.Equal((body.ToJsonString(), 400, place), (body.ToJsonString(), (int)refused.Status, refused.Places[0]));
        }
    }

    [Fact]
    public async Task Credential_OfAnotherMerchant_IsNotThere()
    {
        var (admin, stranger) = (await Biller.OpenAsync(books), await Biller.OpenAsync(books));
        await admin.PostAsync(Biller.Credentials, Program("One", "read"));
        var second = await admin.PostAsync(Biller.Credentials, Program("Two", "read"));

        foreach (var id in new[] { $"{second.Json["credentials"]![0]!["id"]}", "0", "x", "-1", "99999999999999999999" })
        {
            var refused = await stranger.PostAsync($"{Biller.Credentials}/{id}/end", new JsonObject { ["reason"] = "why" });
            Assert.Equal((id, 404, "credential-unknown"), (id, refused.Problem.Status, refused.Problem.Type));
        }

        Assert.Single((await stranger.GetAsync(Biller.Credentials)).Json["items"]!.AsArray());
        Assert.Equal(["name"], (await admin.GetAsync($"{Biller.Credentials}?name=x")).Places);
    }

    [Fact]
    public async Task Providers_AreListed_WithoutTheirKeys()
    {
        var (admin, other) = (await Biller.OpenAsync(books, books.DemoCompany), await Biller.OpenAsync(books));
        var account = await new ProviderAccounts(books.Database, books.Vault, TimeProvider.System)
            .FindAsync(books.DemoCompany, SandboxProvider.ProviderName, TestContext.Current.CancellationToken);

        var listed = await admin.GetAsync("/api/v1/providers");

        var shown = listed.Json["items"]!.AsArray().Single(one => (string)one!["provider"]! == SandboxProvider.ProviderName)!;
        Assert.Equal(account!.Address.AbsoluteUri, (string)shown["address"]!);
        Assert.All([account.ApiKey, .. account.NoticeKeys], key => Assert.DoesNotContain(key, listed.Text, StringComparison.Ordinal));
        Assert.Empty((await other.GetAsync("/api/v1/providers")).Json["items"]!.AsArray());
        var program = await Biller.OpenAsync(books, [.. OwnApiRoutes.Setup.UsualScopes]);
        Assert.Equal(403, (await program.GetAsync("/api/v1/providers")).Problem.Status);
    }

    private static JsonObject Program(string name, params string[] scopes) => new()
    {
        ["api"] = "quittance",
        ["name"] = name,
        ["scopes"] = new JsonArray([.. scopes.Select(scope => (JsonNode)scope)]),
    };

    private async Task<string[]> ActionsAsync(Biller admin) => (string[])(await books.ScalarAsync(
        "SELECT array_agg(what || ' ' || subject || ' by ' || who || ': ' || reason ORDER BY at) FROM operator_action "
        + "WHERE merchant_id = $1 AND what LIKE 'credential.%'",
        admin.Merchant.Value))!;
}
