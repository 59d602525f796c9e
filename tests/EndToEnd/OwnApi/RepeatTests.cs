using System.Net;
using System.Text.Json.Nodes;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Dialects.OwnApi;
using Quittance.Storage.Tenancy;
using Quittance.Tests.OAuth;
using Quittance.Tests.Running;
using Quittance.Tests.TrainTravel;

namespace Quittance.Tests.OwnApi;

/// <summary>A request that is repeated on a later day gets its first answer.</summary>
public sealed class RepeatTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Repeat_OnALaterDay_GetsTheFirstAnswer()
    {
        await using var server = await TokenServer.StartAsync(books);
        var send = await BillerOfAsync(server);
        await send(Biller.Accounts, new JsonObject { ["reference"] = "C-1", ["currency"] = "EUR" }, Biller.NewText());
        var (bill, link) = (
            new JsonObject { ["account"] = "C-1", ["amount"] = Biller.Euro("5") },
            new JsonObject
            {
                ["account"] = "C-1",
                ["amount"] = Biller.Euro("5"),
                ["text"] = "A course",
                ["last_day"] = $"{server.Clock.Now.UtcDateTime:yyyy-MM-dd}",
            });
        var (raised, made) = (await send(Biller.Charges, bill, "bill"), await send(Biller.Links, link, "link"));

        server.Clock.Pass(TimeSpan.FromDays(2));

        var (raisedAgain, madeAgain) = (await send(Biller.Charges, bill, "bill"), await send(Biller.Links, link, "link"));
        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Created), (raised.Status, made.Status));
        Assert.Equal((raised.Text, true), (raisedAgain.Text, raisedAgain.Replayed));
        Assert.Equal((made.Text, true), (madeAgain.Text, madeAgain.Replayed));
    }

    private static async Task<Func<string, JsonObject, string, Task<TravelAnswer>>> BillerOfAsync(TokenServer server)
    {
        var merchants = new Merchants(server.Database, TimeProvider.System);
        var secret = $"qk_{Biller.NewText()}";
        SecretWatch.OfTheRun.Add([secret]);
        var installation = await merchants.InstallAsync(
            await merchants.CreateAsync("Works", Cancel), OwnApiNames.Dialect, Currency.Parse("EUR"), Cancel);
        await merchants.EnsureCredentialAsync(
            installation, CredentialKind.Bearer, "billing", secret, OwnApiRoutes.Setup.UsualScopes, Cancel);
        return (path, body, key) =>
            Traveller.SendAsync(server.Client, $"Bearer {secret}", HttpMethod.Post, path, body.ToJsonString(), key);
    }
}
