using System.Net;
using Quittance.Core.Instruments;
using Quittance.Dialects.TrainTravel.Timetables;
using Quittance.Tests.TrainTravel;

namespace Quittance.Tests.Faults;

/// <summary>One traveller's booking at the railway whose server is killed.</summary>
/// <param name="client">Reaches the server.</param>
/// <param name="token">The traveller's.</param>
/// <param name="trip">The trip to book.</param>
/// <param name="purchase">The purchase, and how it must end. Its name is the one on the card.</param>
/// <param name="kind">The end of the booking.</param>
/// <param name="hasKey">Whether the payment has a key. Without one it is sent twice at once, by somebody who clicks twice.</param>
internal sealed class KilledJourney(
    HttpClient client, string token, Trip trip, Purchase purchase, KilledJourneyKind kind, bool hasKey)
{
    private const string Succeeded = "succeeded";
    private const string Pending = "pending";

    private Guid? _payment;
    private string? _lastWord;

    public string Name => purchase.Name;

    public KilledJourneyKind Kind => kind;

    public long PriceMinor => purchase.AmountMinor;

    /// <summary>The booking; set once the traveller knows of it.</summary>
    public Guid? Booking { get; private set; }

    /// <summary>Whether its time is over.</summary>
    public bool IsEnded { get; set; }

    /// <summary>Whether the client ever got the answer that it is paid for.</summary>
    public bool IsSaidToBePaid { get; private set; }

    /// <summary>Whether the traveller pays.</summary>
    public bool IsPaid => kind is KilledJourneyKind.Paid or KilledJourneyKind.Late;

    /// <summary>The payment with a good card after a decline; null where the first payment succeeds, or the time is over.</summary>
    public Purchase? Again => kind == KilledJourneyKind.Paid && !purchase.Ends.Contains("captured")
        ? Purchase.OfCard(Traveller.GoodCard, purchase.AmountMinor, "captured") with { Name = $"{purchase.Name}, again" }
        : null;

    /// <summary>Every payment that there must be in the end.</summary>
    public IReadOnlyList<Purchase> Purchases => this switch
    {
        { IsPaid: false } => [],
        { Again: { } again } => [purchase, again],
        _ => [purchase],
    };

    /// <summary>Where the booking must stand in the end; one of these.</summary>
    public IReadOnlyList<string> Ends => this switch
    {
        { Kind: KilledJourneyKind.Left } => ["expired"],
        { Kind: KilledJourneyKind.Released } => ["released"],
        { Again: not null } => ["confirmed"],
        _ when purchase.Ends is ["captured"] => ["confirmed"],
        { Kind: KilledJourneyKind.Late } => ["expired"],
        _ => ["confirmed", "held"],
    };

    /// <summary>Books the trip. The answer is the booking.</summary>
    public async Task<ClientAnswer?> BookAsync()
    {
        if (await SendAsync(HttpMethod.Post, "/bookings", Traveller.Booking(trip), $"book {Name}") is not { } answer)
            return null;
        if (answer.Status != HttpStatusCode.Created)
            return new ClientAnswer(answer.Status, answer.Text, IsLast: false);
        var booking = Guid.Parse((string)answer.Json["id"]!);
        Assert.True((Booking ?? booking) == booking, $"{Name}: booked {Booking}, then {booking}");
        Booking = booking;
        return new ClientAnswer(answer.Status, $"{booking}", IsLast: true);
    }

    /// <summary>Pays for it. The answer is the payment.</summary>
    public async Task<ClientAnswer?> PayAsync()
    {
        if (hasKey)
            return AnswerOf(await PayAsync(purchase, $"pay {Name}"));
        var answers = await Task.WhenAll(PayAsync(purchase), PayAsync(purchase));
        return answers.Select(AnswerOf).OfType<ClientAnswer>().OrderByDescending(report => report.IsLast).FirstOrDefault();
    }

    /// <summary>Pays for it with another card, once the first one is known to have failed. The answer is that payment.</summary>
    public async Task<ClientAnswer?> PayAgainAsync() => await PayAsync(Again!) is { } answer
        ? new ClientAnswer(answer.Status, answer.Text, answer.Status == HttpStatusCode.OK && (string)answer.Json["status"]! == Succeeded)
        : null;

    /// <summary>Gives it back. The answer is that this was done, or that there is none any more.</summary>
    public async Task<ClientAnswer?> ReleaseAsync() => await SendAsync(HttpMethod.Delete, $"/bookings/{Booking}") is { } answer
        ? new ClientAnswer(answer.Status, answer.Text, answer.Status is HttpStatusCode.NoContent or HttpStatusCode.NotFound)
        : null;

    /// <summary>The server's answer to a client that pays again, or gives back, a finished booking.</summary>
    public async Task AssertDoneWithAsync(string place, string status, Guid payment)
    {
        var (paid, released) = (await PayAsync(purchase), await SendAsync(HttpMethod.Delete, $"/bookings/{Booking}"));
        var said = $"{place}, {Name} ({status}): {paid?.Text} {released?.Status}";
        if (status == "confirmed")
        {
            Assert.True(paid is { Status: HttpStatusCode.OK } && (string)paid.Json["status"]! == Succeeded
                && (Guid)paid.Json["id"]! == payment, said);
            Assert.True(released!.Problem == (409, "booking-paid"), said);
        }
        else
        {
            Assert.True(paid!.Problem == (status == "expired" ? (409, "hold-expired") : (404, "not-found")), said);
        }
    }

    private Task<TravelAnswer?> PayAsync(Purchase by, string? key = null) =>
        SendAsync(HttpMethod.Post, $"/bookings/{Booking}/payment", Source(by), key);

    /// <summary>
    /// Holds an answer to those before it: there is one payment only. Under a key it is the last word once it is repeated, else once the
    /// payment is decided.
    /// </summary>
    private ClientAnswer? AnswerOf(TravelAnswer? answer)
    {
        if (answer is not { Status: HttpStatusCode.OK })
            return answer is null ? null : new ClientAnswer(answer.Status, answer.Text, IsLast: false);
        var (payment, status) = ((Guid)answer.Json["id"]!, (string)answer.Json["status"]!);
        Assert.True((_payment ?? payment) == payment, $"{Name}: first paid by {_payment}, then by {payment}");
        _payment = payment;
        IsSaidToBePaid |= status == Succeeded;
        var isLast = hasKey ? answer.Replayed : status != Pending;
        if (isLast)
            Assert.True((_lastWord ??= answer.Text) == answer.Text, $"{Name}: first {_lastWord}, then {answer.Text}");
        return new ClientAnswer(answer.Status, answer.Text, isLast);
    }

    private async Task<TravelAnswer?> SendAsync(HttpMethod method, string path, string? body = null, string? key = null)
    {
        try
        {
            return await Traveller.SendAsync(client, $"Bearer {token}", method, path, body, key);
        }
        catch (Exception broken) when (Connections.IsBroken(broken))
        {
            return null;
        }
    }

    private static string Source(Purchase by) => by.Secret switch
    {
        Card card => Traveller.Card(card.Number.Reveal()).Replace("Ada Nkemelu", by.Name, StringComparison.Ordinal),
        IbanAccount account =>
            $$$"""
            {"source":{"object":"bank_account","name":"{{{by.Name}}}","number":"{{{account.Iban.Reveal()}}}","account_type":"individual",
             "bank_name":"Bank","country":"de"}}
            """,
        _ => throw new InvalidOperationException("No client pays so here."),
    };
}

/// <summary>The end of a booking.</summary>
internal enum KilledJourneyKind
{
    /// <summary>It is paid for; after a decline once more.</summary>
    Paid,

    /// <summary>It is paid for, and its time is over while the payment is under way.</summary>
    Late,

    /// <summary>It is given back.</summary>
    Released,

    /// <summary>No client pays for it.</summary>
    Left,
}
