using System.Net;
using Quittance.Core.Providers;
using Quittance.Tests.Running;

namespace Quittance.Tests.Faults;

/// <summary>
/// An operator's work beside a running server: finds out about attempts without an answer, settles them, and changes keys.
/// </summary>
[Long("programs of its own, whose provider falls silent")]
public sealed class OperatorTests(BooksFixture books)
{
    private static readonly Guid Nobody = Guid.Parse("0198b1c2-0000-8000-8000-00000000dead");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Attempts_ThatNobodyAnswers_AreListedAndResolvedAndALaterTruthWins()
    {
        var card = Customers.CardOf(VaultedPayments.GoodCard);
        Purchase denied = new("resolved as declined", card, 1000, "captured"), taken = new("resolved as approved", card, 2000, "captured");
        await using var shop = await KilledShop.CreateAsync(books, denied, taken);
        (denied, taken) = (shop.Purchases[0], shop.Purchases[1]);
        // Long enough for all that is to be answered.
        await shop.Server.StartAsync(providerTimeoutSeconds: 3);

        // The first is captured, the second authorised, and no answer comes back.
        var captures = shop.Server.Stop(Verb.Capture, answers: true);
        Assert.Equal(HttpStatusCode.Created, (await shop.PayAsync(denied))!.Status);
        var all = shop.Server.Proxy.Stop(_ => true, answers: true);
        Assert.Equal(HttpStatusCode.Created, (await shop.PayAsync(taken))!.Status);

        var (listed, output, _) = await RunAsync(shop, "attempt", "list", "--unknown");
        Assert.Equal(0, listed);
        var (capture, authorisation) = (await UnknownAsync(shop, "capture"), await UnknownAsync(shop, "authorise"));
        var state = $@"merchant {shop.Server.Merchant.Value} · unknown for \d+ s · unanswered \d+ × · asked again (in \d+ s|now)";
        Assert.Matches($@"{capture}  capture 10\.00 USD at sandbox\n  {state}\n", output);
        Assert.Matches($@"{authorisation}  authorise 20\.00 USD at sandbox\n  {state}\n", output);

        var unknown = await RunAsync(shop, "attempt", "resolve", $"{Nobody}", "--as", "declined", "--reason", "I think so");
        Assert.Equal(1, unknown.ExitCode);
        Assert.Contains($"There is no open attempt {Nobody}", unknown.Error, StringComparison.Ordinal);
        Assert.NotEqual(0, (await RunAsync(shop, "attempt", "resolve", $"{capture}", "--as", "declined")).ExitCode);
        Assert.NotEqual(0, (await RunAsync(shop, "attempt", "resolve", $"{capture}", "--as", "maybe", "--reason", "x")).ExitCode);

        var resolved =
            await RunAsync(shop, "attempt", "resolve", $"{capture}", "--as", "declined", "--reason", "The provider's pages don't show it");
        Assert.True(resolved.ExitCode == 0, resolved.Error);
        Assert.Contains("is settled as declined", resolved.Output, StringComparison.Ordinal);
        Assert.Equal("The provider's pages don't show it", await ScalarAsync(shop, "SELECT note FROM attempt WHERE id = $1", capture));
        Assert.Equal("failed", await ScalarAsync(
            shop, "SELECT p.status FROM payment p JOIN attempt a USING (merchant_id) WHERE a.payment_id = p.id AND a.id = $1", capture));
        Assert.Equal(1, (await RunAsync(shop, "attempt", "resolve", $"{capture}", "--as", "approved", "--reason", "or not")).ExitCode);

        resolved = await RunAsync(shop, "attempt", "resolve", $"{authorisation}", "--as", "approved", "--reason", "I called them");
        Assert.True(resolved.ExitCode == 0, resolved.Error);
        Assert.Contains("goes on with the capture", resolved.Output, StringComparison.Ordinal);

        // It was captured all the same, as the provider tells now.
        var authorised = (Guid)(await ScalarAsync(shop, "SELECT authorisation_id FROM attempt WHERE id = $1", capture))!;
        Assert.Equal(HttpStatusCode.NoContent, await StepAsync(shop, NoticePost.Changed(capture, "capture", authorised, "approved", 1000)));
        shop.Server.Proxy.LetPass();
        captures.Open();
        all.Open();
        await NoticePost.UntilAsync(async () => (await shop.DifferencesAsync()).Count == 0);

        Assert.Contains("Every provider has answered", (await RunAsync(shop, "attempt", "list")).Output, StringComparison.Ordinal);
        var (verified, report, _) = await RunAsync(shop, "verify");
        Assert.True(verified == 0, report);
    }

    [Fact]
    public async Task NoticeKey_Rotated_IsAcceptedAtOnceAndTheOneBeforeItStill()
    {
        await using var shop = await KilledShop.CreateAsync(books, Purchase.All[0]);
        await shop.Server.StartAsync();
        var body = NoticePost.Changed(Nobody, "capture", Nobody, "declined", 100);
        List<string> keys = [await KeyAsync(shop)];
        Assert.Equal(HttpStatusCode.NoContent, await StepAsync(shop, body));

        for (var rotation = 0; rotation < 2; rotation++)
        {
            var rotated = await RunAsync(shop, "provider", "rotate-key", "sandbox", "--merchant", $"{shop.Server.Merchant.Value}");
            Assert.True(rotated.ExitCode == 0, rotated.Error);
            keys.Add(await KeyAsync(shop));
            SecretWatch.OfTheRun.Add([keys[^1]]);
            Assert.DoesNotContain(keys[^1], rotated.Output + rotated.Error, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.NoContent, await StepAsync(shop, body, keys[^1]));
            Assert.Equal(HttpStatusCode.NoContent, await StepAsync(shop, body, keys[^2]));
        }

        Assert.Equal(3, keys.Distinct().Count());
        Assert.Equal(HttpStatusCode.Unauthorized, await StepAsync(shop, body, keys[0]));
    }

    [Fact]
    public async Task Provider_Connected_HasKeysOfItsOwnThatNobodyIsShown()
    {
        await using var shop = await KilledShop.CreateAsync(books, Purchase.All[0]);
        var (_, output, _) = await RunAsync(shop, "merchant", "create", "Another");
        Assert.Contains("Another", output, StringComparison.Ordinal);
        var merchant = new Core.MerchantId((long)(await ScalarAsync(shop, "SELECT id FROM merchant WHERE name = 'Another'"))!);

        var connected = await RunAsync(
            shop, "provider", "connect", "sandbox", "--url", $"{shop.Server.Proxy.Address}", "--merchant", $"{merchant.Value}");
        Assert.True(connected.ExitCode == 0, connected.Error);
        var account = (await shop.Server.Accounts.FindAsync(merchant, "sandbox", Cancel))!;
        SecretWatch.OfTheRun.Add([account.ApiKey, .. account.NoticeKeys]);
        Assert.All([account.ApiKey, .. account.NoticeKeys],
            key => Assert.DoesNotContain(key, connected.Output + connected.Error, StringComparison.Ordinal));

        var nowhere =
            await RunAsync(shop, "provider", "connect", "sandbox", "--url", "http://127.0.0.1:1", "--merchant", $"{merchant.Value}");
        Assert.Equal(1, nowhere.ExitCode);
        Assert.Contains("does not answer under", nowhere.Error, StringComparison.Ordinal);
    }

    private static Task<(int ExitCode, string Output, string Error)> RunAsync(KilledShop shop, params string[] arguments) =>
        RunningProgram.RunAsync([.. arguments, "--database", shop.Server.Books.ConnectionString]);

    private static async Task<Guid> UnknownAsync(KilledShop shop, string verb) =>
        (Guid)(await ScalarAsync(shop, "SELECT id FROM attempt WHERE status = 'unknown' AND verb = $1", verb))!;

    private static async Task<string> KeyAsync(KilledShop shop) =>
        (await shop.Server.Accounts.FindAsync(shop.Server.Merchant, "sandbox", Cancel))!.NoticeKeys[0];

    private static async Task<HttpStatusCode> StepAsync(KilledShop shop, string notice, string? key = null)
    {
        using var client = new HttpClient();
        return await NoticePost.SendAsync(
            client, new Uri(shop.Server.Client.BaseAddress!, $"/providers/sandbox/merchants/{shop.Server.Merchant.Value}/notices"), key
                ?? await KeyAsync(shop), notice);
    }

    private static async Task<object?> ScalarAsync(KilledShop shop, string sql, params object[] parameters)
    {
        await using var command = shop.Server.Books.Database.CreateCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(new() { Value = parameter });
        return await command.ExecuteScalarAsync(Cancel);
    }
}
