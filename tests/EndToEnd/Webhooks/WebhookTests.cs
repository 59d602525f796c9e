using System.Net;
using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Webhooks;
using Quittance.Dialects.Tmf676;
using Quittance.Host.Webhooks;
using Quittance.Storage.Webhooks;
using Quittance.Tests.Engine;
using Quittance.Tests.Running;

namespace Quittance.Tests.Webhooks;

/// <summary>Subscribers get the committed events: signed, in order, until each arrives.</summary>
public sealed class WebhookTests(BooksFixture books)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(10);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PaymentOverHttp_IsReportedAsItIsShown()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var merchant = await books.Merchants.CreateAsync("Told", Cancel);
        var installation = await books.Merchants.InstallAsync(merchant, "tmf676", Currency.Parse("EUR"), Cancel);
        var token = $"qt_{Business.NewId():N}";
        await books.Merchants.EnsureCredentialAsync(
            installation, CredentialKind.Bearer, "test", token, [Tmf676Routes.ReadScope, Tmf676Routes.WriteScope], Cancel);
        var secret = SigningKey.New();
        SecretWatch.OfTheRun.Add([token, secret]);
        await new WebhookSecrets(books.Database, books.Vault, TimeProvider.System).EnsureAsync(merchant, 1, secret, Cancel);
        await new Subscriptions(books.Database, TimeProvider.System).AddAsync(
            new Subscription(
                new SubscriptionId(merchant, Business.NewId()), 1, "tmf676", receiver.Address, Tmf676Events.All[0].Types, null), Cancel);

        var answer = await new TmfHttp(books, token).PostAsync("/paymentManagement/v4/payment", """
            {"account":{"id":"AC-1"},"paymentMethod":{"@type":"Cash"},"totalAmount":{"unit":"EUR","value":60.50}}
            """);
        Assert.Equal(HttpStatusCode.Created, answer.Status);
        var webhook = Assert.Single(await receiver.UntilAsync(1));

        Assert.True(webhook.IsSignedBy(secret));
        Assert.Equal(("application/json", "?by=us"), (webhook.MediaType, webhook.Query));
        Assert.Equal(webhook.Message, webhook.Json.GetProperty("eventId").GetString());
        Assert.Equal("PaymentCreateEvent", webhook.Json.GetProperty("eventType").GetString());
        Assert.Equal(answer["statusDate"], webhook.Json.GetProperty("eventTime").GetString());
        Assert.Equal(answer["statusDate"], webhook.Json.GetProperty("timeOcurred").GetString());
        Assert.Equal(answer["id"], webhook.Json.GetProperty("id").GetString());
        // Another server of the same books may send it, under its own address.
        var sender = new Uri(webhook.Json.GetProperty("href").GetString()!).GetLeftPart(UriPartial.Authority);
        using var report = JsonDocument.Parse(webhook.Body.Replace(
            sender, new Uri(answer["href"]!).GetLeftPart(UriPartial.Authority), StringComparison.Ordinal));
        Assert.Equal(answer["href"], report.RootElement.GetProperty("href").GetString());
        Assert.True(JsonElement.DeepEquals(answer.Body, report.RootElement.GetProperty("event").GetProperty("payment")), webhook.Body);
    }

    [Fact]
    public async Task PaymentThroughAProvider_IsReportedStateByState()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var subscriptions = new Subscriptions(books.Database, TimeProvider.System);
        var (credential, _) = (await subscriptions.CredentialsAsync(books.DemoCompany, "tmf676", Cancel))[0];
        var subscription = new Subscription(
            new SubscriptionId(books.DemoCompany, Business.NewId()), credential, "tmf676", receiver.Address,
            [.. Tmf676Events.All.SelectMany(family => family.Types)], null);
        Assert.Equal(SubscriptionOutcome.Added, await subscriptions.AddAsync(subscription, Cancel));
        var captured = (await new VaultedPayments(books).CaptureAsync(12_00)).Id.ToString("N");
        await NoticePost.UntilAsync(() => Task.FromResult(OfPayment().Count() >= 3));
        await subscriptions.EndAsync(subscription.Id, credential, Cancel);

        Assert.Equal(
            ["1 PaymentCreateEvent pendingAuthorization", "2 PaymentStateChangeEvent authorized", "3 PaymentStateChangeEvent done"],
            OfPayment().Select(
                webhook => $"{webhook.Sequence} {webhook.Json.GetProperty("eventType")} "
                    + $"{webhook.Json.GetProperty("event").GetProperty("payment").GetProperty("status")}"));

        // The payments of the tests beside this one come here too.
        IEnumerable<ReceivedWebhook> OfPayment() => receiver.All.Where(webhook => webhook.Subject == captured);
    }

    [Fact]
    public async Task Subscription_IsReportedOnlyWhatItAskedFor_FromThenOnAndUntilItEnds()
    {
        await using var teller = await Teller.CreateAsync(books);
        await using var receiver = await WebhookReceiver.StartAsync();
        var service = teller.Service();
        await teller.PayAsync();
        var (subscription, _) = await teller.SubscribeAsync(receiver.Address, Tmf676Events.All[2]);
        var payment = await teller.PayAsync(allocations: 1);
        await service.TellDueAsync(Cancel);

        var webhook = Assert.Single(receiver.All);
        Assert.Equal((payment.Value.ToString("N"), 2), (webhook.Subject, webhook.Sequence));
        Assert.Equal("PaymentAttributeValueChangeEvent", webhook.Json.GetProperty("eventType").GetString());
        Assert.Equal("paymentItem", webhook.Json.GetProperty("fieldPath").GetString());

        receiver.FailFirst(500);
        await teller.PayAsync(allocations: 1);
        await service.TellDueAsync(Cancel);
        Assert.True(await teller.Subscriptions.EndAsync(subscription.Id, Teller.Credential, Cancel));
        Assert.False(await teller.Subscriptions.EndAsync(subscription.Id, Teller.Credential, Cancel));
        await teller.PayAsync(allocations: 1);
        teller.Clock.Advance(LongestPause);
        await service.TellDueAsync(Cancel);
        Assert.Equal(2, receiver.All.Count);
        Assert.Equal("delivered 1", await teller.StandAsync());
    }

    [Fact]
    public async Task Receiver_ThatIsGone_GetsNothingMore_AndItsSubscriptionHasEnded()
    {
        await using var teller = await Teller.CreateAsync(books);
        await using var receiver = await WebhookReceiver.StartAsync();
        var (subscription, _) = await teller.SubscribeAsync(receiver.Address);
        receiver.Answer = _ => Task.FromResult<int?>(410);
        await teller.PayAsync();
        var service = teller.Service();
        await service.TellDueAsync(Cancel);
        await teller.PayAsync();
        teller.Clock.Advance(LongestPause);
        await service.TellDueAsync(Cancel);

        Assert.Single(receiver.All);
        Assert.Empty(await teller.Subscriptions.ListAsync(teller.Merchant, Cancel));
        Assert.True((await teller.Subscriptions.FindAsync(subscription.Id, Cancel))!.HasEnded);
        // The operator sees why.
        var shown = await new Quittance.Storage.Console.WebhookReading(teller.Own.Database, TimeProvider.System).ListAsync(
            subscription.Id, Quittance.Storage.Console.DeliveryState.Dead, failure: null, after: null, 10, Cancel);
        Assert.Equal(DeliveryFailure.Gone, Assert.Single(shown).Failure);
    }

    [Theory]
    [InlineData(429, "3600", 3600)]
    [InlineData(503, "3600", 3600)]
    [InlineData(503, "99999999", 8 * 3600)]
    [InlineData(500, "3600", 0)]
    [InlineData(429, "soon", 0)]
    [InlineData(429, "-5", 0)]
    public async Task Receiver_ThatHasTooMuchToDo_IsLeftAloneForAsLongAsItSays_AndNoLongerThanEightHours(
        int status, string retryAfter, int seconds)
    {
        await using var teller = await Teller.CreateAsync(books);
        await using var receiver = await WebhookReceiver.StartAsync();
        await teller.SubscribeAsync(receiver.Address);
        (receiver.Answer, receiver.RetryAfter) = (_ => Task.FromResult<int?>(status), retryAfter);
        await teller.PayAsync();
        var service = teller.Service();
        await service.TellDueAsync(Cancel);
        receiver.Answer = _ => Task.FromResult<int?>(204);
        // An event of another payment waits too.
        await teller.PayAsync();

        teller.Clock.Advance(TimeSpan.FromSeconds(Math.Max(60, seconds - 60)));
        await service.TellDueAsync(Cancel);
        Assert.Equal(seconds > 0 ? 1 : 3, receiver.All.Count);
        teller.Clock.Advance(TimeSpan.FromSeconds(120));
        await service.TellDueAsync(Cancel);

        Assert.Equal(3, receiver.All.Count);
        Assert.Equal("delivered 2", await teller.StandAsync());
    }

    [Theory]
    [InlineData(500)]
    [InlineData(404)]
    [InlineData(307)]
    [InlineData(null)]
    public async Task Receiver_ThatDoesNotTakeIt_IsReportedAgainUnderTheSameId(int? status)
    {
        await using var teller = await Teller.CreateAsync(books);
        await using var receiver = await WebhookReceiver.StartAsync();
        var (_, secret) = await teller.SubscribeAsync(receiver.Address);
        receiver.FailFirst(status);
        await teller.PayAsync();
        var service = teller.Service();

        await service.TellDueAsync(Cancel);
        await service.TellDueAsync(Cancel);
        Assert.Single(receiver.All);
        teller.Clock.Advance(TimeSpan.FromSeconds(6));
        await service.TellDueAsync(Cancel);

        Assert.Equal(2, receiver.All.Count);
        Assert.Single(receiver.All.Select(webhook => (webhook.Message, webhook.Body)).Distinct());
        Assert.All(receiver.All, webhook => Assert.True(webhook.IsSignedBy(secret)));
        Assert.Equal("delivered 1", await teller.StandAsync());
    }

    [Fact]
    public async Task Receiver_ThatNeverAnswers_IsReportedAgain_AndHoldsUpNoOther()
    {
        await using var teller = await Teller.CreateAsync(books);
        await using var silent = await WebhookReceiver.StartAsync();
        await using var receiver = await WebhookReceiver.StartAsync();
        var silence = new TaskCompletionSource();
        silent.Answer = async webhook =>
        {
            await silence.Task;
            return 204;
        };
        await teller.SubscribeAsync(silent.Address);
        await teller.SubscribeAsync(receiver.Address);
        var service = teller.Service(new WebhookSettings { AllowsPrivateNetworks = true, Timeout = TimeSpan.FromSeconds(1) });
        await teller.PayAsync();
        var telling = service.TellDueAsync(Cancel);
        // One after the other is silent, and the other receiver hears all the same.
        await receiver.UntilAsync(1);
        await telling;
        Assert.Equal("delivered 1, waiting 1", await teller.StandAsync());

        silence.SetResult();
        teller.Clock.Advance(TimeSpan.FromSeconds(6));
        await service.TellDueAsync(Cancel);
        Assert.Equal("delivered 2", await teller.StandAsync());
        Assert.Single(silent.All.Select(webhook => webhook.Message).Distinct());
    }

    [Fact]
    public async Task Events_OfOneSubject_AreReportedInOrder_AndAFailingOneHoldsUpNoOtherSubject()
    {
        await using var teller = await Teller.CreateAsync(books);
        await using var receiver = await WebhookReceiver.StartAsync();
        await teller.SubscribeAsync(receiver.Address);
        var failing = (await teller.PayAsync(allocations: 3)).Value.ToString("N");
        var other = (await teller.PayAsync(allocations: 3)).Value.ToString("N");
        receiver.FailFirst(503, webhook => webhook.Subject == failing && webhook.Sequence == 2);
        var service = teller.Service();

        await service.TellDueAsync(Cancel);
        Assert.Equal([1, 2, 3, 4], SequencesOf(other));
        Assert.Equal([1, 2], SequencesOf(failing));
        teller.Clock.Advance(TimeSpan.FromSeconds(6));
        await service.TellDueAsync(Cancel);
        Assert.Equal([1, 2, 2, 3, 4], SequencesOf(failing));

        IEnumerable<int> SequencesOf(string subject) =>
            receiver.All.Where(webhook => webhook.Subject == subject).Select(webhook => webhook.Sequence);
    }

    [Fact]
    public async Task Event_NobodyTakesForADay_IsADeadLetter_WhichReleasesTheNext_AndCanBeReplayed()
    {
        await using var teller = await Teller.CreateAsync(books);
        await using var receiver = await WebhookReceiver.StartAsync();
        var (subscription, _) = await teller.SubscribeAsync(receiver.Address);
        await teller.PayAsync(allocations: 1);
        receiver.Answer = webhook => Task.FromResult<int?>(webhook.Sequence == 1 ? 500 : 204);
        var service = teller.Service();
        for (var nth = 1; nth < DeliverySchedule.Tries; nth++)
        {
            await service.TellDueAsync(Cancel);
            Assert.Equal((nth, "waiting 2"), (receiver.All.Count, await teller.StandAsync()));
            teller.Clock.Advance(LongestPause);
        }

        Assert.Empty(await teller.Deliveries.DeadAsync(teller.Merchant, Cancel));
        await service.TellDueAsync(Cancel);
        Assert.Equal("dead 1, delivered 1", await teller.StandAsync());
        var letter = Assert.Single(await teller.Deliveries.DeadAsync(teller.Merchant, Cancel));
        Assert.Equal(
            (receiver.All.First().Message, DeliveryFailure.Failed, subscription.Id), (letter.Message, letter.Failure, letter.Subscription));

        receiver.Answer = _ => Task.FromResult<int?>(200);
        Assert.Equal(0, await teller.Deliveries.ReplayAsync(teller.Merchant, null, "msg_1_1", Cancel));
        Assert.Equal(1, await teller.Deliveries.ReplayAsync(teller.Merchant, subscription.Id.Value, letter.Message, Cancel));
        await teller.Own.AssertCleanAsync();
        await service.TellDueAsync(Cancel);
        Assert.Equal("delivered 2", await teller.StandAsync());
        Assert.Equal(letter.Message, receiver.All.Last().Message);
    }

    [Fact]
    public async Task Secret_Rotated_SignsBesideTheOneBeforeItForADay()
    {
        await using var teller = await Teller.CreateAsync(books);
        await using var receiver = await WebhookReceiver.StartAsync();
        var (_, first) = await teller.SubscribeAsync(receiver.Address);
        string[] secrets = [first, SigningKey.New(), SigningKey.New()];
        SecretWatch.OfTheRun.Add(secrets);
        var service = teller.Service();
        await TellAsync([true, false, false]);

        await teller.Secrets.RotateAsync(teller.Merchant, Teller.Credential, secrets[1], Cancel);
        await TellAsync([true, true, false]);
        teller.Clock.Advance(TimeSpan.FromHours(12));
        // A receiver may have lost the new one: one that still has the first must not be cut off by that.
        await teller.Secrets.RotateAsync(teller.Merchant, Teller.Credential, secrets[2], Cancel);
        await TellAsync([true, true, true]);
        teller.Clock.Advance(TimeSpan.FromHours(12));
        await TellAsync([false, true, true]);
        teller.Clock.Advance(TimeSpan.FromHours(12));
        await TellAsync([false, false, true]);

        async Task TellAsync(bool[] isSignedBy)
        {
            await teller.PayAsync();
            await service.TellDueAsync(Cancel);
            var webhook = receiver.All.Last();
            Assert.Equal(isSignedBy, secrets.Select(secret => webhook.IsSignedBy(secret, teller.Clock.GetUtcNow())));
            Assert.Equal(isSignedBy.Count(signs => signs), webhook.Signature.Split(' ').Length);
        }
    }

    [Fact]
    public async Task Subscription_ThatThereIs_OrOfAnotherApi_OrOneTooMany_IsNotAdded()
    {
        await using var teller = await Teller.CreateAsync(books);
        var wish = teller.Wish(new Uri("https://told.example/"));
        Assert.Equal(SubscriptionOutcome.CredentialUnknown, await teller.Subscriptions.AddAsync(wish with { Credential = 2 }, Cancel));
        Assert.Equal(
            SubscriptionOutcome.CredentialUnknown, await teller.Subscriptions.AddAsync(wish with { Dialect = "oracle-brm" }, Cancel));
        Assert.Equal(SubscriptionOutcome.Added, await teller.Subscriptions.AddAsync(wish, Cancel));
        Assert.Equal(SubscriptionOutcome.Known, await teller.Subscriptions.AddAsync(teller.Wish(wish.Address), Cancel));
        for (var more = 1; more < Subscription.MostPerCredential; more++)
        {
            Assert.Equal(SubscriptionOutcome.Added,
                await teller.Subscriptions.AddAsync(teller.Wish(new Uri($"https://told.example/{more}")), Cancel));
        }

        Assert.Equal(
            SubscriptionOutcome.TooMany, await teller.Subscriptions.AddAsync(teller.Wish(new Uri("https://told.example/more")), Cancel));

        Assert.True(await teller.Subscriptions.EndAsync(wish.Id, credential: null, Cancel));
        Assert.Equal(SubscriptionOutcome.Added, await teller.Subscriptions.AddAsync(teller.Wish(wish.Address), Cancel));
        Assert.Equal(Subscription.MostPerCredential, (await teller.Subscriptions.ListAsync(teller.Merchant, Cancel)).Count);
    }

    [Fact]
    public async Task Credential_Revoked_IsReportedNothingMore()
    {
        await using var teller = await Teller.CreateAsync(books);
        await using var receiver = await WebhookReceiver.StartAsync();
        await teller.SubscribeAsync(receiver.Address);
        await teller.PayAsync();
        await SealedSql.ScalarAsync(teller.Own.Database, "UPDATE credential SET revoked_at = now() RETURNING 1");
        await teller.PayAsync();

        await teller.Service().TellDueAsync(Cancel);

        Assert.Empty(receiver.All);
        Assert.Equal("", await teller.StandAsync());
    }
}
