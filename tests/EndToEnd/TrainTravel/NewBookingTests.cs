using System.Net;
using Quittance.Core;
using Quittance.Core.Webhooks;
using Quittance.Dialects.TrainTravel;
using Quittance.Storage.Webhooks;
using Quittance.Tests.Engine;
using Quittance.Tests.Running;
using Quittance.Tests.Webhooks;

namespace Quittance.Tests.TrainTravel;

/// <summary>Subscribers hear of new bookings.</summary>
public sealed class NewBookingTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Booking_IsReportedAsItIsShown_AndOneThatWasNotMadeIsNot()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        var merchant = await books.Merchants.CreateAsync("Rail", Cancel);
        var traveller = await Traveller.OpenAsync(books, merchant);
        var secret = SigningKey.New();
        SecretWatch.OfTheRun.Add([secret]);
        await new WebhookSecrets(books.Database, books.Vault, TimeProvider.System).EnsureAsync(merchant, 1, secret, Cancel);
        await new Subscriptions(books.Database, TimeProvider.System).AddAsync(
            new Subscription(new SubscriptionId(merchant, Business.NewId()), 1, "train-travel", receiver.Address,
                TrainTravelEvents.All[0].Types, null), Cancel);
        var (trip, key) = (Traveller.NewTrip(), Traveller.NewText());

        Assert.Equal(
            HttpStatusCode.Conflict, (await traveller.PostAsync("/bookings", Traveller.Booking(trip, ",\"has_dog\":true"))).Status);
        var first = await traveller.PostAsync("/bookings", Traveller.Booking(trip), key);
        await traveller.PostAsync("/bookings", Traveller.Booking(trip), key);
        var second = await traveller.PostAsync("/bookings", Traveller.Booking(trip));
        var report = await receiver.UntilAsync(2);

        // As many as were made, and each as its own operation shows it.
        Assert.Equal([first.Text, second.Text], report.OrderBy(one => one.Body, StringComparer.Ordinal).Select(one => one.Body));
        Assert.All(report, one => Assert.True(one.IsSignedBy(secret)));
    }
}
