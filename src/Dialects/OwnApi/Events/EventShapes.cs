using Quittance.Core;
using Quittance.Core.Books;
using Quittance.Core.Ledger;
using Quittance.Core.Providers;
using Quittance.Dialects.OpenApi;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Parameter;
using static Quittance.Dialects.OpenApi.Shape;
using static Quittance.Dialects.OwnApi.OwnApiDocument;
using static Quittance.Dialects.OwnApi.OwnApiRequests;
using static Quittance.Dialects.OwnApi.OwnApiResponses;

namespace Quittance.Dialects.OwnApi.Events;

/// <summary>The answers about events, with their descriptions.</summary>
internal static class EventShapes
{
    private const string Tag = "Events";

    private static readonly Resource<FedDebit> Debit = new("EventDebit", "The terms of a debit, for the notice to the customer.")
    {
        {
            Required("due_on", Day("The day on which the customer's bank pays.")),
            debit => TextOf(debit.DueOn)
        },
        { Required("amount", Sum, "How much is debited."), Sum, debit => debit.Amount },
        { Required("mandate", Text("The reference of the mandate.")), debit => debit.Mandate },
        { Required("creditor", Text("Your creditor identifier.")), debit => debit.Creditor },
        { Required("account", Text("The customer's bank account, such as `DE ···· 3000`; never its number.")), debit => debit.Account },
    };

    public static readonly Resource<FedEvent> Event = new("Event", "A change of the books.")
    {
        { Required("id", Text("Its id, the same as in webhooks.")), fed => fed.Message },
        { Required("type", Word("What happened.", EnumWords.All<EventType>())), fed => EnumWords.Of(fed.Type) },
        { Required("at", Moment("When it was committed.")), fed => TextOf(fed.Place.At) },
        { Required("subject", Uuid("What it happened to: the account, charge, payment … of this id.")), fed => fed.Place.Subject },
        { Required("sequence", Whole("Which event of its subject it is, from 1 without gaps.", 1)), fed => (long)fed.Place.Sequence },
        {
            Optional("status", Word("The status that its payment has from then on.", EnumWords.All<PaymentStatus>())),
            fed => fed.Status is { } status ? EnumWords.Of(status) : null
        },
        {
            Optional("why", Word("Why a provider refused the payment, where it did.", EnumWords.All<DeclineReason>())),
            fed => fed.Reason is { } reason ? EnumWords.Of(reason) : null
        },
        { OwnWords.Shown, fed => OwnWords.In(fed.Dialect, fed.Details) },
        { Required("booked_on", Day("The day of the books.")), fed => TextOf(fed.BookedOn) },
        {
            Required("effective_on", Day("The day on which it took effect outside the books.")),
            fed => TextOf(fed.EffectiveOn)
        },
        { Optional("debit", Debit, "Where a collection took a debit (`payment.debit_taken`): its terms."), Debit, fed => fed.Debit },
    };

    public static readonly Resource<ShownPage<FedEvent>> Page = new("EventPage", "A part of the events.")
    {
        { Required("items", List(Event, "The events, in the order in which they were committed.")), Event, page => page.Items },
        { Required("next", Text("The `after` of the next part, also where there is no event yet.")), page => page.Next },
    };

    public static Operation ListEvents { get; } = new("listEvents", Tag, "Gives the events of the books in the order of their commits")
    {
        Description = "Read on with `next` as `after`: you get each event once, none is missing, and no later commit puts one before them. "
            + "Two readers with the same `after` get the same.",
        Parameters =
        [
            InQuery(OwnApiEvents.After, Text("The `next` of the last answer; without it from the first event on.")),
            InQuery(OwnApiQuery.Limit, Whole("How many events an answer has; 100 without it.", 1, OwnApiQuery.MostItems)),
            InQuery(
                OwnApiEvents.Wait,
                Whole("How long to wait for an event where there is none, in seconds.", 0, OwnApiEvents.MostWaitSeconds)),
        ],
        Replies = [new(200, "The events.", Page), Invalid],
    };
}
