using Quittance.Core;
using Quittance.Core.Sessions;
using Quittance.Dialects.Http;
using Quittance.Dialects.Http.Json;
using Quittance.Dialects.OpenApi;
using Quittance.Dialects.OwnApi.Instruments;
using Quittance.Dialects.OwnApi.Payments;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Parameter;
using static Quittance.Dialects.OpenApi.Shape;
using static Quittance.Dialects.OwnApi.OwnApiDocument;

namespace Quittance.Dialects.OwnApi.Sessions;

/// <summary>A session of the widget to open.</summary>
internal sealed class SessionRequest
{
    public string? Account { get; set; }

    /// <summary>Null for an instrument.</summary>
    public Money? Amount { get; set; }

    public string? Text { get; set; }

    /// <summary>Null for the ways that a provider collects.</summary>
    public IReadOnlyList<string>? Choices { get; set; }

    public bool OffersStored { get; set; } = true;
}

/// <summary>The result of a session, to book or to take.</summary>
internal sealed class SessionResultRequest
{
    public string? Token { get; set; }

    public IReadOnlyList<string> Charges { get; set; } = [];
}

/// <summary>A session of the widget.</summary>
/// <param name="Token">The token that opens the widget; null but in the answer to the request that opened the session.</param>
internal sealed record ShownSession(Session Session, bool IsOver, string? Token = null);

/// <summary>The requests and answers about sessions of the widget, with their descriptions.</summary>
internal static class SessionShapes
{
    private const string Tag = "Sessions";
    private const int MostText = 140;
    private const int MostToken = 200;

    private static readonly Member TokenOfResult = Required(
        "token", Text("The token that the widget gave for the session's result; it begins with `prt_`.", MostToken, 1));

    public static readonly Resource<SessionRequest> Request = new(
        "SessionCreate", "A session of the payment widget to open.", isClosed: true)
    {
        {
            Required("account", Text("The account that pays: its id or your reference.", OwnApiRequests.MostText, 1)),
            asked => asked.Account, (asked, text) => asked.Account = text
        },
        {
            Optional("amount", OwnApiRequests.Sum, "How much the customer pays; without it the customer leaves a card or bank account."),
            OwnApiRequests.Sum, asked => asked.Amount!.Value, (asked, fields) => asked.Amount = OwnApiRequests.AmountIn(fields)
        },
        {
            Required("text", NameText("What it is for: the text on the customer's bank statement.", MostText, 1)), asked => asked.Text,
            (asked, text) => asked.Text = OwnApiRequests.Masked(text)
        },
        {
            Optional("choices", List(Word("A way to pay.", EnumWords.All<PaymentChoice>()),
                "The ways to pay that it offers; without them all that a provider collects in the currency.",
                EnumWords.All<PaymentChoice>().Count, 1)),
            asked => asked.Choices, (asked, items) => asked.Choices = [.. items.Texts(OwnApiRequests.MostText)]
        },
        {
            Optional("offers_stored", Flag("Whether the customer's stored cards and bank accounts are offered too; without it they are.")),
            asked => asked.OffersStored, (asked, flag) => asked.OffersStored = flag ?? true
        },
    };

    public static readonly Resource<SessionResultRequest> Booking = new(
        "SessionBooking", "The payment of a session to book.", isClosed: true)
    {
        { TokenOfResult, asked => asked.Token, (asked, text) => asked.Token = text },
        {
            Optional("charges", List(Text("A charge: its id or your reference.", OwnApiRequests.MostText, 1),
                "The charges that it settles, each in full; the rest becomes credit.", OwnApiRequests.MostParts)),
            asked => asked.Charges, (asked, items) => asked.Charges = [.. items.Texts(OwnApiRequests.MostText)]
        },
    };

    public static readonly Resource<SessionResultRequest> Taking = new(
        "SessionTaking", "The instrument of a session to take over.", isClosed: true)
    {
        { TokenOfResult, asked => asked.Token, (asked, text) => asked.Token = text },
    };

    public static readonly Resource<ShownSession> Shown = new("Session", "A permission for one customer to pay in the widget.")
    {
        { Required("id", Uuid("Its id.")), shown => shown.Session.Id.Value },
        { Required("account", Uuid("The account that pays.")), shown => shown.Session.Account.Value },
        {
            Optional("amount", OwnApiRequests.Sum, "How much; missing where the customer leaves a card or bank account."),
            shown => shown.Session.IsForInstrument ? null : json => OwnApiRequests.Sum.Write(json, shown.Session.Amount)
        },
        { Required("text", Text("What it is for.")), shown => shown.Session.ReferenceText },
        {
            Required("choices", List(Word("A way to pay.", EnumWords.All<PaymentChoice>()), "The ways to pay that it offers.")),
            shown => [.. shown.Session.Choices.Select(EnumWords.Of)]
        },
        {
            Required("status", Word("Where it stands: `used` once its result is booked or taken.", EnumWords.All<SessionStatus>())),
            shown => EnumWords.Of(shown.IsOver ? SessionStatus.Expired : shown.Session.Status)
        },
        { Required("ends_at", Moment("When its time is over.")), shown => OwnApiResponses.TextOf(shown.Session.ExpiresAt) },
        { Optional("payment", Uuid("The payment that was begun in it.")), shown => shown.Session.Payment?.Value },
        {
            Optional("instrument", Uuid("The card or bank account that was entered or chosen in it.")),
            shown => shown.Session.Instrument?.Value
        },
        {
            Optional("token", Text("What opens the widget, a secret of the customer. Only the answer to the request that opened the "
                + "session has it.")),
            shown => shown.Token
        },
    };

    public static Operation Open { get; } = new("openSession", Tag, "Opens a session of the payment widget for a customer")
    {
        Description = "Give its `token` to the widget. When the customer has paid, or left a card or bank account, the widget gives a "
            + "token for the result; book or take that before the session ends, or the money goes back.",
        Body = Request,
        Replies =
        [
            new(201, "The session, with its token.", Shown) { Headers = [SentHeader.Location] }, NoSuch("account"),
            Conflict("The account is closed"),
            new(422, "The account is billed in another currency."),
        ],
    };

    public static Operation Find { get; } = new("findSession", Tag, "Gives a session; never its token")
    {
        Description = "It shows the session as it is now.",
        Parameters = [InPath(OwnApiRoutes.Id, Text("Its id."))],
        Replies = [new(200, "The session.", Shown), NoSuch("session")],
    };

    public static Operation Book { get; } = new("bookSession", Tag, "Books the payment of a session")
    {
        Description = "Its money is captured, and settles the charges. A stored card or bank account is charged only now, and the payment "
            + "may be `declined`.",
        Body = Booking,
        Replies =
        [
            new(201, "The payment.", PaymentShapes.Payment), NoSuch("session or charge"),
            Conflict("The session is used or has ended, another payment of a charge is under way, or less is due on a charge"),
            new(422, "The session is for an instrument."),
        ],
    };

    public static Operation Take { get; } = new("takeSessionInstrument", Tag, "Takes the card or bank account of a session over")
    {
        Description = "It is the account's own from then on, and takes the place of the one before.",
        Body = Taking,
        Replies =
        [
            new(200, "The instrument.", InstrumentShapes.Instrument), NoSuch("session"),
            Conflict("The session is used or has ended"),
            new(422, "The session is for an amount."),
        ],
    };

    public static Reading<SessionRequest, OwnApiProblem> ReadSession(ReadOnlyMemory<byte> body) => OwnApiRequests.Read(body, fields =>
    {
        var asked = Request.Read(fields, new SessionRequest());
        if (asked.Choices is [])
            fields.Refuse("choices", FieldProblem.TooShort, "at least one way to pay");
        else if (asked.Choices?.FirstOrDefault(word => EnumWords.Find<PaymentChoice>(word) is null) is not null)
            fields.Refuse("choices", FieldProblem.NotInList, $"some of {string.Join(", ", EnumWords.All<PaymentChoice>())}");
        return asked;
    });

    public static Reading<SessionResultRequest, OwnApiProblem> ReadBooking(ReadOnlyMemory<byte> body) =>
        OwnApiRequests.Read(body, fields => Booking.Read(fields, new SessionResultRequest()));

    public static Reading<SessionResultRequest, OwnApiProblem> ReadTaking(ReadOnlyMemory<byte> body) =>
        OwnApiRequests.Read(body, fields => Taking.Read(fields, new SessionResultRequest()));
}
