using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Dialects.OpenApi;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Shape;
using static Quittance.Dialects.OwnApi.OwnApiDocument;
using static Quittance.Dialects.OwnApi.OwnApiResponses;

namespace Quittance.Dialects.OwnApi.Instruments;

/// <summary>The answers about customers' cards and bank accounts, with their descriptions.</summary>
internal static class InstrumentShapes
{
    private const string Tag = "Instruments";

    public static readonly Resource<Instrument> Instrument = new("Instrument", "A customer's card or bank account; never its number.")
    {
        { Required("id", Uuid("Its id.")), instrument => instrument.Id.Value },
        { Required("account", Uuid("Whose it is.")), instrument => instrument.Account.Value },
        { Required("method", Word("Its kind.", EnumWords.All<PaymentMethod>())), instrument => EnumWords.Of(instrument.Method) },
        { Optional("name", Text("Its name, such as `Visa ···· 4242`.")), instrument => instrument.Name },
        { Optional("provider", Text("The provider that charges it; missing where your own gateway holds it.")),
            instrument => instrument.Vaulted?.Provider },
        {
            Required("standing", Word("What it is used for: `current` is the account's own, `inactive` was replaced, `removed` was taken "
                + "away.",
                EnumWords.All<InstrumentStanding>())),
            instrument => EnumWords.Of(instrument.Standing)
        },
    };

    public static readonly Resource<ShownPage<Instrument>> Page = PageOf("InstrumentPage", Instrument);

    public static Operation ListInstruments { get; } = new("listInstruments", Tag, "Lists customers' cards and bank accounts")
    {
        Description = "Those that a customer entered for one payment, and those that were replaced, are in it too; removed ones are not.",
        Parameters = [OfAccount, .. OfPages],
        Replies = [new(200, "A part of the list.", Page), Invalid],
    };

    public static Operation FindInstrument { get; } = new("findInstrument", Tag, "Gives a card or bank account; never its number")
    {
        Description = "No answer has more of a number than its last four digits.",
        Parameters = [OfId],
        Replies = [new(200, "The instrument.", Instrument), NoSuch("instrument")],
    };

    public static Operation RemoveInstrument { get; } = new("removeInstrument", Tag, "Removes a card or bank account")
    {
        Description = "No payment is made with it any more, and its mandate ends. A payment with it that is under way ends as it will, and "
            + "keeps its number until then; else the number is deleted at once. Its payments name it still. A repeated request is answered "
            + "the same.",
        Parameters = [OfId],
        Replies =
        [
            new(204, "It is removed."), NoSuch("instrument"),
        ],
    };
}
