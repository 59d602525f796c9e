using System.Text.Json.Nodes;
using Quittance.Core.Webhooks;
using Quittance.Dialects.TrainTravel;
using Quittance.Storage.Webhooks;
using Quittance.Tests.Engine;
using Quittance.Tests.Running;
using Quittance.Tests.TrainTravel;

namespace Quittance.Tests.Webhooks;

/// <summary>Train Travel's one webhook.</summary>
public sealed class NewBookingTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Booking_IsToldAsItIsShown_AndItsPaymentIsNot()
    {
        var traveller = await Traveller.OpenAsync(books);
        await using var receiver = await WebhookReceiver.StartAsync();
        var subscriptions = new Subscriptions(books.Database, TimeProvider.System);
        var (credential, _) = (await subscriptions.CredentialsAsync(books.DemoCompany, "train-travel", Cancel))[0];
        var subscription = new Subscription(
            new SubscriptionId(books.DemoCompany, Business.NewId()), credential, "train-travel", receiver.Address, TrainTravelNames.WebhookEvents[0].Types, null);
        Assert.Equal(SubscriptionOutcome.Added, await subscriptions.AddAsync(subscription, Cancel));

        var paid = await traveller.BookAsync();
        await traveller.PayAsync(paid, Traveller.Card());
        var booked = await traveller.BookAsync();
        await NoticePost.UntilAsync(() => Task.FromResult(Of(booked).Any() && Of(paid).Any()));
        await subscriptions.EndAsync(subscription.Id, credential, Cancel);

        // Whatever the others who run beside us book is told here too.
        Assert.True(JsonNode.DeepEquals((await traveller.GetAsync($"/bookings/{booked:D}")).Json, JsonNode.Parse(Assert.Single(Of(booked)).Body)));
        Assert.Single(Of(paid));

        IEnumerable<Told> Of(Guid booking) => receiver.All.Where(told => told.Subject == booking.ToString("N"));
    }
}
