using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Quittance.BackOffice.Access;
using Quittance.Core;
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
    public async Task Credential_GetsANewSecret_ThatIsAnsweredOnce_AndItsWebhooksEnd()
    {
        var admin = await Biller.OpenAsync(books);
        var (id, secret) = await MadeAsync(admin, "Shop", "read", "events");
        var shop = new Biller(books, admin.Merchant, secret);
        foreach (var path in (string[])["first", "second"])
            await WebhookAsync(admin.Merchant, id, path);
        var (body, key) = (Rotation(id, ("keep_old", 1), ("end_webhooks", 0)), Biller.NewText());

        var rotated = await admin.PostAsync(Rotate, body, key);

        Assert.True(rotated.Status == HttpStatusCode.OK, rotated.Text);
        var fresh = (string)rotated.Json["secret"]!;
        SecretWatch.OfTheRun.Add([fresh]);
        var again = await admin.PostAsync(Rotate, body, key);
        Assert.Equal((409, "secret-answered"), again.Problem);
        Assert.DoesNotContain(fresh, again.Text, StringComparison.Ordinal);
        foreach (var one in (Biller[])[shop, new Biller(books, admin.Merchant, fresh)])
            Assert.Equal(HttpStatusCode.OK, (await one.GetAsync(Biller.Accounts)).Status);
        Assert.Equal(0L, await books.ScalarAsync(
            "SELECT count(*) FROM subscription WHERE merchant_id = $1 AND ended_at IS NULL", admin.Merchant.Value));

        // Without a word about the old secrets they end.
        var last = (string)(await admin.PostAsync(Rotate, Rotation(id))).Json["secret"]!;
        SecretWatch.OfTheRun.Add([last]);
        await NoticePost.UntilAsync(async () => (await shop.GetAsync(Biller.Accounts)).Status == HttpStatusCode.Unauthorized);
        Assert.Equal(HttpStatusCode.OK, (await new Biller(books, admin.Merchant, last).GetAsync(Biller.Accounts)).Status);
        Assert.Equal(2, (await ActionsAsync(admin)).Count(action => action.StartsWith("credential.rotate", StringComparison.Ordinal)));
        await books.AssertBooksAreCleanAsync(admin.Merchant);
    }

    /// <summary>A stolen credential would give itself an heir.</summary>
    [Fact]
    public async Task Program_GivesNoSecretToACredentialThatLetsOthersIn_ButToItself()
    {
        var admin = await Biller.OpenAsync(books);
        var other = await Biller.OpenAsync(books, admin.Merchant);
        var (own, others) = (await NumberOfAsync(admin), await NumberOfAsync(other));

        var refused = await admin.PostAsync(Rotate, Rotation(others));
        Assert.Equal((409, "not-done"), refused.Problem);
        Assert.Equal(HttpStatusCode.OK, (await other.GetAsync(Biller.Credentials)).Status);
        Assert.Equal((404, "credential-unknown"), (await admin.PostAsync(Rotate, Rotation(99))).Problem);
        Assert.Equal(
            ["/keep_old"], (await admin.PostAsync(Rotate, Rotation(own, ("keep_old", CredentialActs.MostHours + 1)))).Places);
        var rotated = await admin.PostAsync(Rotate, Rotation(own));

        Assert.True(rotated.Status == HttpStatusCode.OK, rotated.Text);
        SecretWatch.OfTheRun.Add([(string)rotated.Json["secret"]!]);
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

    private const string Rotate = $"{Biller.Credentials}/rotate";

    private static JsonObject Rotation(long id, params (string Name, int Value)[] more)
    {
        var body = new JsonObject { ["credential"] = id, ["reason"] = "It was seen" };
        foreach (var (name, value) in more)
            body[name] = value;
        return body;
    }

    private static async Task<(long Id, string Secret)> MadeAsync(Biller admin, string name, params string[] scopes)
    {
        var made = (await admin.PostAsync(Biller.Credentials, Program(name, scopes))).Json["credentials"]![0]!;
        SecretWatch.OfTheRun.Add([(string)made["secret"]!]);
        return ((long)made["id"]!, (string)made["secret"]!);
    }

    private async Task<long> NumberOfAsync(Biller biller) => (long)(await books.ScalarAsync(
        "SELECT id FROM credential WHERE secret_hash = $1", SHA256.HashData(Encoding.UTF8.GetBytes(biller.Secret))))!;

    private Task<object?> WebhookAsync(MerchantId merchant, long credential, string path) => books.ScalarAsync(
        """
        INSERT INTO subscription (merchant_id, id, credential_id, dialect, address, event_types, created_at)
        VALUES ($1, gen_random_uuid(), $2, 'quittance', 'https://hooks.example/' || $3, '{payment.captured}', now()) RETURNING 1
        """, merchant.Value, credential, path);

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
