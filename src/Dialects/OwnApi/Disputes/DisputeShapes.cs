using Quittance.Core;
using Quittance.Core.Books;
using Quittance.Core.Disputes;
using Quittance.Core.Providers;
using Quittance.Dialects.OpenApi;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Parameter;
using static Quittance.Dialects.OpenApi.Shape;
using static Quittance.Dialects.OwnApi.OwnApiDocument;
using static Quittance.Dialects.OwnApi.OwnApiRequests;
using static Quittance.Dialects.OwnApi.OwnApiResponses;

namespace Quittance.Dialects.OwnApi.Disputes;

/// <summary>The answers about disputes, with their descriptions.</summary>
internal static class DisputeShapes
{
    private const string Tag = "Disputes";

    public static readonly Resource<DisputeView> Dispute = new("Dispute", "A customer's claim that takes money of a payment back.")
    {
        { Required("id", Uuid("Its id.")), view => view.Dispute.Id.Value },
        { Required("payment", Uuid("The payment.")), view => view.Dispute.Payment.Value },
        { Required("account", Uuid("The account that paid.")), view => view.Account.Value },
        { Required("provider", Text("The provider that tells of it.")), view => view.Dispute.Provider },
        { Required("reference", Text("The provider's name for it.")), view => view.Dispute.Reference },
        { Required("kind", Word("How the money was taken back.", EnumWords.All<DisputeKind>())), view => EnumWords.Of(view.Dispute.Kind) },
        {
            Optional("reason", Word("Why a bank returned a debit, where it says so.", EnumWords.All<DeclineReason>())),
            view => view.Dispute.Reason is { } reason ? EnumWords.Of(reason) : null
        },
        {
            Required("status", Word("Where it stands: of an `open` one the payer has the money, of a `won` one you have it again, of a "
                + "`lost` one it stays with the payer.", EnumWords.All<DisputeStatus>())),
            view => EnumWords.Of(view.Dispute.Status)
        },
        { Required("amount", Sum, "How much is disputed."), Sum, view => new Money(view.Dispute.AmountMinor, view.Currency) },
        { Required("fee", Sum, "What the provider takes for it."), Sum, view => new Money(view.Dispute.FeeMinor, view.Currency) },
        {
            Required("reversed", Sum, "The part that the payment had; the rest was written off."), Sum,
            view => new Money(view.Dispute.ReversedMinor, view.Currency)
        },
        { Required("at", Moment("When it was opened.")), view => TextOf(view.Dispute.OpenedAt) },
    };

    public static readonly Resource<ShownPage<DisputeView>> Page = PageOf("DisputePage", Dispute);

    public static Operation ListDisputes { get; } = new("listDisputes", Tag, "Lists disputes, in the order in which they were opened")
    {
        Description = "Disputes of payments of every API are in it, decided ones too.",
        Parameters =
        [
            InQuery(OwnApiDisputes.Payment, Uuid("Only those of this payment, by its id.")),
            InQuery("status", Word("Only those that stand so.", EnumWords.All<DisputeStatus>())), .. OfPages,
        ],
        Replies = [new(200, "A part of the list.", Page), Invalid],
    };

    public static Operation FindDispute { get; } = new("findDispute", Tag, "Gives a dispute")
    {
        Description = "Its provider tells of it and of its end; nothing here decides it.",
        Parameters = [OfId],
        Replies = [new(200, "The dispute.", Dispute), NoSuch("dispute")],
    };
}
