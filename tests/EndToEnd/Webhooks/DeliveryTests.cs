using System.Net;
using Quittance.Dialects.Http;
using Quittance.Dialects.OwnApi;
using Quittance.Dialects.Tmf676;
using Quittance.Dialects.TrainTravel;
using Quittance.Host;
using Quittance.Host.Webhooks;
using Quittance.Storage;
using Quittance.Storage.Tenancy;
using Quittance.Storage.Verification;
using Quittance.Tests.Running;

namespace Quittance.Tests.Webhooks;

/// <summary>The books' rows about deliveries.</summary>
public sealed class DeliveryTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void EventTypes_AreEachToldByOneEventOfADialect_AndAllOfThemByOurOwnApi()
    {
        foreach (var setup in (IReadOnlyList<DialectSetup>)[Tmf676Routes.Setup, TrainTravelRoutes.Setup, OwnApiRoutes.Setup])
            Assert.Distinct(setup.WebhookEvents.SelectMany(family => family.Types));
        Assert.True(OwnApiRoutes.Setup.SendsEveryEvent);
        Assert.False(Tmf676Routes.Setup.SendsEveryEvent);
    }

    [Fact]
    public async Task Deliveries_ThatWereReceived_AreForgottenAfterThirtyDays_AndDeadLettersAfterNinety()
    {
        await using var teller = await Teller.CreateAsync(books);
        await using var receiver = await WebhookReceiver.StartAsync();
        await teller.SubscribeAsync(receiver.Address);
        await teller.PayAsync(allocations: 2);
        await ChangeAsync(
            teller, "UPDATE delivery SET status = 'dead', due_at = NULL, ended_at = now(), failure = 'failed' WHERE sequence = 1");
        receiver.FailFirst(500, webhook => webhook.Sequence == 3);
        await teller.Service().TellDueAsync(Cancel);
        Assert.Equal("dead 1, delivered 1, waiting 1", await teller.StandAsync());
        var pruning = new Pruning(teller.Own.Database, new Merchants(teller.Own.Database, TimeProvider.System), teller.Clock);

        teller.Clock.Advance(TimeSpan.FromDays(29));
        await pruning.PruneAsync(Cancel);
        Assert.Equal("dead 1, delivered 1, waiting 1", await teller.StandAsync());
        teller.Clock.Advance(TimeSpan.FromDays(2));
        await pruning.PruneAsync(Cancel);
        Assert.Equal("dead 1, waiting 1", await teller.StandAsync());
        teller.Clock.Advance(TimeSpan.FromDays(60));
        await pruning.PruneAsync(Cancel);
        Assert.Equal("waiting 1", await teller.StandAsync());
    }

    [Fact]
    public async Task Server_ThatStopsWhileItsReceiverAnswersNothing_StopsAtOnce()
    {
        await using var teller = await Teller.CreateAsync(books);
        await using var receiver = await WebhookReceiver.StartAsync();
        var answers = new TaskCompletionSource<int?>();
        receiver.Answer = _ => answers.Task;
        for (var subscription = 0; subscription < 8; subscription++)
            await teller.SubscribeAsync(new Uri($"{receiver.Address}?of={subscription}"));
        // As many as a subscription sends at once, and more.
        for (var payment = 0; payment < 20; payment++)
            await teller.PayAsync();
        var service = teller.Service(
            new WebhookSettings { AllowsPrivateNetworks = true, Timeout = WebhookSettings.LongestTimeout });
        await service.StartAsync(Cancel);
        await receiver.UntilAsync(8 * 16);

        await Task.Run(() => service.StopAsync(Cancel), Cancel).WaitAsync(WebhookSettings.LongestTimeout / 2, TimeProvider.System, Cancel);

        answers.SetResult(204);
        Assert.Equal("waiting 160", await teller.StandAsync());
    }

    [Long]
    [Theory]
    [InlineData("UPDATE delivery SET sequence = 9 WHERE sequence = 1", "Every delivery tells of an event to a subscription to such events")]
    [InlineData("UPDATE subscription SET event_types = '{booking.held}'",
        "Every delivery tells of an event to a subscription to such events")]
    [InlineData(
        "UPDATE delivery SET status = 'waiting', due_at = now(), ended_at = NULL WHERE sequence = 1",
        "Nothing was delivered while an earlier event of its subject waited")]
    public async Task Delivery_ThatDoesNotFit_IsFound(string change, string rule)
    {
        await using var teller = await Teller.CreateAsync(books);
        await using var receiver = await WebhookReceiver.StartAsync();
        await teller.SubscribeAsync(receiver.Address);
        await teller.PayAsync(allocations: 1);
        await teller.Service().TellDueAsync(Cancel);
        await teller.Own.AssertCleanAsync();
        await ChangeAsync(teller, change);

        var report = Assert.Single(await new Verifier(teller.Own.Database).VerifyAsync(teller.Merchant, Cancel));
        Assert.Equal([rule], report.Differences.Select(difference => difference.Rule));

        await ChangeAsync(teller, "DELETE FROM delivery");
    }

    [Fact]
    public async Task Telling_LeavesNoSecretAnywhere()
    {
        var watch = new SecretWatch();
        using var spans = watch.ListenToSpans();
        await using var teller = await Teller.CreateAsync(books);
        await using var receiver = await WebhookReceiver.StartAsync();
        var (_, secret) = await teller.SubscribeAsync(new Uri($"{receiver.Address}&token=a_receivers_own_token"));
        await teller.SubscribeAsync(new Uri($"http://127.0.0.1:{BooksFixture.FreePort()}/?token=a_receivers_own_token"));
        // Receivers may have secrets of their own in their addresses, which the books keep as they were given.
        watch.Add([secret, Teller.Token, "a_receivers_own_token"]);
        await using var engine = teller.Own.Engine();
        await using (var server = HostedServer.Build(
            new ServerSettings(IPAddress.Loopback, BooksFixture.FreePort(), new PublicAddress("http://127.0.0.1"), IsDemo: false)
            {
                Webhooks = new WebhookSettings { AllowsPrivateNetworks = true },
            },
            teller.Own.Database, engine, teller.Vault, watch.LogTo))
        {
            await server.StartAsync(Cancel);
            await teller.PayAsync();
            await NoticePost.UntilAsync(async () => await teller.StandAsync() != "waiting 2");
            await server.StopAsync(Cancel);
        }

        watch.AssertNothingSeen();
        var tables = new SecretWatch();
        tables.Add([secret, Teller.Token]);
        await tables.LookAtTablesAsync(teller.Own.Database);
        tables.AssertNothingSeen();
    }

    private static async Task ChangeAsync(Teller teller, string sql)
    {
        await using var command = teller.Own.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancel);
    }
}
