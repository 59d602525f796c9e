using Quittance.Core;
using Quittance.Core.Books;
using Quittance.Core.Corrections;
using Quittance.Core.Ledger;
using Quittance.Dialects.Http;
using Quittance.Dialects.Http.Json;
using Quittance.Dialects.OpenApi;
using Quittance.Dialects.OwnApi.Charges;
using Quittance.Dialects.OwnApi.Payments;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Parameter;
using static Quittance.Dialects.OpenApi.Shape;
using static Quittance.Dialects.OwnApi.OwnApiDocument;
using static Quittance.Dialects.OwnApi.OwnApiRequests;
using static Quittance.Dialects.OwnApi.OwnApiResponses;

namespace Quittance.Dialects.OwnApi.Corrections;

/// <summary>A correction of what a customer owes on a charge.</summary>
internal sealed class CorrectionRequest
{
    public DebtCorrection? Correction { get; set; }

    /// <summary>Null for all that there is.</summary>
    public Money? Amount { get; set; }

    public string? Reason { get; set; }
}

/// <summary>A change of a charge's texts and days. A null leaves its member as it is.</summary>
internal sealed class ChangeRequest
{
    public DateOnly? Due { get; set; }

    public string? Document { get; set; }

    /// <summary>Empty for no description.</summary>
    public string? Description { get; set; }

    public DateOnly? NoDunningUntil { get; set; }

    public string? Reason { get; set; }
}

/// <summary>Money of a payment for other charges, or for another customer.</summary>
internal sealed class MoveRequest
{
    /// <summary>The customer whose money it is; null where it stays theirs.</summary>
    public string? Account { get; set; }

    /// <summary>The same under the member's former name.</summary>
    public string? FormerAccount { get; set; }

    /// <summary>The charge to take it off; null for all of them.</summary>
    public string? From { get; set; }

    /// <summary>Null for all that there is.</summary>
    public Money? Amount { get; set; }

    /// <summary>The charges that it settles instead.</summary>
    public IReadOnlyList<string>? Charges { get; set; }

    public string? Reason { get; set; }
}

/// <summary>The requests and answers about corrections of charges and payments, with their descriptions.</summary>
internal static class CorrectionShapes
{
    public static readonly Resource<CorrectionRequest> CorrectionCreate = new(
        "CorrectionCreate", "A correction of what a customer owes on a charge.", isClosed: true)
    {
        {
            Required("correction", Word("What it does: `cancel` forgives the whole charge, `credit` a part, `reinstate` takes that back; "
                + "`write_off` gives up what is open as a bad debt, and `recover` takes that back.", EnumWords.All<DebtCorrection>())),
            asked => asked.Correction is { } correction ? EnumWords.Of(correction) : null,
            (asked, text) => asked.Correction =
                EnumWords.Find<DebtCorrection>(text)
        },
        {
            Optional("amount", Sum, "How much, which `credit` needs and `cancel` does not take; without it all that there is."), Sum,
            asked => asked.Amount!.Value, (asked, fields) => asked.Amount = AmountIn(fields)
        },
        { Because, asked => asked.Reason, (asked, text) => asked.Reason = Masked(text) },
    };

    /// <summary>A correction whose path says what it does, as clients say it by the former names of the calls.</summary>
    private static readonly Resource<CorrectionRequest> FormerCorrectionCreate = new(
        "FormerCorrectionCreate", "A correction of what a customer owes on a charge; the path says which.", isClosed: true)
    {
        {
            Optional("amount", Sum, "How much, which `credit` needs and `cancel` does not take; without it all that there is."), Sum,
            asked => asked.Amount!.Value, (asked, fields) => asked.Amount = AmountIn(fields)
        },
        { Because, asked => asked.Reason, (asked, text) => asked.Reason = Masked(text) },
    };

    public static readonly Resource<ChangeRequest> ChangeCreate = new(
        "ChangeCreate", "What a charge is to say beside its amount; what is missing stays.", isClosed: true)
    {
        {
            Optional("due", Day("The new due day.")), asked => TextOf(asked.Due),
            (ChangeRequest asked, DateOnly? day) => asked.Due = day
        },
        {
            Optional("document", NameText("The new number printed on the bill; the former one still names the charge.", MostText, 1)),
            asked => asked.Document, (asked, text) => asked.Document = text
        },
        {
            Optional("description", Text("What it is for; empty for no description.", MostText)), asked => asked.Description,
            (asked, text) => asked.Description = Masked(text)
        },
        {
            Optional("no_dunning_until", Day("The last day without dunning and tries for it; a past one ends the pause.")),
            asked => TextOf(asked.NoDunningUntil),
            (ChangeRequest asked, DateOnly? day) => asked.NoDunningUntil = day
        },
        { Because, asked => asked.Reason, (asked, text) => asked.Reason = Masked(text) },
    };

    public static readonly Resource<MoveRequest> UnallocationCreate = new(
        "UnallocationCreate", "Money of a payment to take off the charges that it settles.", isClosed: true)
    {
        {
            Optional("from", Text("The charge to take it off: its id or your reference; without it all, newest first.", MostText, 1)),
            asked => asked.From, (asked, text) => asked.From = text
        },
        {
            Optional("amount", Sum, "How much; without it all."), Sum, asked => asked.Amount!.Value,
            (asked, fields) => asked.Amount = AmountIn(fields)
        },
        {
            Optional("charges", List(Text("A charge: its id or your reference.", MostText, 1),
                "The customer's charges that it settles instead, in this order, as far as they are due. The rest is credit.", MostParts)),
            asked => asked.Charges, (asked, items) => asked.Charges = [.. items.Texts(MostText)]
        },
        { Because, asked => asked.Reason, (asked, text) => asked.Reason = Masked(text) },
    };

    public static readonly Resource<MoveRequest> MoveCreate = new(
        "MoveCreate", "Money of a payment to move to another customer, whose money it is.", isClosed: true)
    {
        {
            Optional("account", Text("The customer's account: its id or your reference.", MostText, 1)), asked => asked.Account,
            (asked, text) => asked.Account = text
        },
        {
            Optional("to", Text("The former name of `account`.", MostText, 1)), _ => null, (asked, text) => asked.FormerAccount = text
        },
        {
            Optional("amount", Sum, "How much; without it all that has not gone back."), Sum, asked => asked.Amount!.Value,
            (asked, fields) => asked.Amount = AmountIn(fields)
        },
        {
            Optional("charges", List(Text("A charge: its id or your reference.", MostText, 1),
                "The charges of that customer that it settles, in this order, as far as they are due; without them the oldest due first, "
                + "with an empty list none. The rest becomes credit.", MostParts)),
            asked => asked.Charges, (asked, items) => asked.Charges = [.. items.Texts(MostText)]
        },
        { Because, asked => asked.Reason, (asked, text) => asked.Reason = Masked(text) },
    };

    public static readonly Resource<EventNews> Correction = new("Correction", "What a correction did; it never changes.")
    {
        { Required("charge", Uuid("The charge.")), news => news.Subject },
        { Required("type", Word("What happened.", EnumWords.All<EventType>())), news => EnumWords.Of(news.Type) },
        { Required("sequence", Whole("Which event of the charge it is.", 1)), news => (long)news.Sequence },
        { Required("at", Moment("When it was committed.")), news => TextOf(news.At) },
        { Optional("amount", Sum, "How much of the debt it moved."), news => news.Amount is { } sum ? json => Sum.Write(json, sum) : null },
    };

    public static Operation CorrectCharge { get; } = new("correctCharge", ChargeShapes.Tag, "Corrects what a customer owes on a charge")
    {
        Description = "Nothing in the books changes: the correction is an event with transfers of its own. What one correction does, "
            + "another takes back.",
        Parameters = [OfIdOrReference],
        Body = CorrectionCreate,
        Replies =
        [
            new(200, "What it did.", Correction) { Headers = [TagOf("charge")] }, NoSuch("charge"),
            Conflict("The account is closed, less is open or was forgiven, or a payment has settled the charge or is under way"),
            new(422, "The amount is in another currency."),
        ],
    };

    /// <summary>The same by a former name, whose path says what it does.</summary>
    public static Operation FormerCorrection(DebtCorrection correction) => CorrectCharge with
    {
        Id = $"{EnumWords.Of(correction)}Charge",
        Body = FormerCorrectionCreate,
        IsFormer = true,
    };

    public static Operation ChangeCharge { get; } = new(
        "changeCharge", ChargeShapes.Tag, "Changes the due day, number or description, or pauses its dunning")
    {
        Description = "`If-Match` has the `ETag` of the charge that you looked at, so that no change is lost.",
        Parameters =
        [
            OfIdOrReference,
            InHeader(OwnApiTags.IfMatch, Text("The `ETag` of the charge.")),
        ],
        Body = ChangeCreate,
        Replies =
        [
            new(200, "That it was changed.", Correction) { Headers = [TagOf("charge")] },
            NoSuch("charge"),
            Conflict("The charge says this already, or another one has the number"),
            new(412, "The charge has changed since you looked at it."), new(428, "The header `If-Match` is missing."),
        ],
    };

    public static Operation UnallocatePayment { get; } = new(
        "unallocatePayment", PaymentShapes.Tag, "Takes money of a payment off the charges that it settles")
    {
        Description = "The charges are open again. The money is credit, or settles the charges that the request names.",
        Parameters = [OfIdOrReference],
        Body = UnallocationCreate,
        Replies =
        [
            new(200, "The payment.", PaymentShapes.Payment), NoSuch("payment or charge"),
            Conflict("The account is closed, or the payment settles less or is disputed"),
            new(422, "The money is in another currency, or a charge is named twice."),
        ],
    };

    public static Operation MovePayment { get; } = new("movePayment", PaymentShapes.Tag, "Moves money of a payment to another customer")
    {
        Description = "Only of cash and bank transfers. The money leaves the payment credit first, then what settled charges last, and "
            + "becomes a payment of that customer.",
        Parameters = [OfIdOrReference],
        Body = MoveCreate,
        Replies =
        [
            new(201, "The payment that the customer gets.", PaymentShapes.Payment),
            NoSuch("payment, account or charge"),
            Conflict("An account is closed, a provider holds the money, less of it is left, or it is disputed"),
            new(422, "The money is in another currency, or a charge is named twice."),
        ],
    };

    /// <summary>Reads a correction of a charge.</summary>
    /// <param name="former">What the path says that it does, by a former name of the call; null where the body says it.</param>
    public static Reading<CorrectionRequest, OwnApiProblem> ReadCorrection(
        ReadOnlyMemory<byte> body, DebtCorrection? former = null) => Read(body, fields =>
    {
        var asked = (former is null ? CorrectionCreate : FormerCorrectionCreate).Read(
            fields, new CorrectionRequest { Correction = former });
        if (former is null)
            RefuseOther(fields, "correction", asked.Correction);
        if (asked is { Correction: DebtCorrection.Cancel, Amount: not null })
            fields.Refuse("amount", FieldProblem.Unknown, "no such member beside cancel, which takes the whole charge");
        if (asked is { Correction: DebtCorrection.Credit } && !fields.Has("amount"))
            fields.Refuse("amount", FieldProblem.Missing, "the amount of the credit note");
        return asked;
    });

    /// <summary>Reads a change of a charge.</summary>
    public static Reading<ChangeRequest, OwnApiProblem> ReadChange(ReadOnlyMemory<byte> body) => Read(body, fields =>
    {
        var asked = ChangeCreate.Read(fields, new ChangeRequest());
        RefuseIds(fields, "document", asked.Document);
        if (!Array.Exists(["due", "document", "description", "no_dunning_until"], fields.Has))
            fields.Refuse("due", FieldProblem.Missing, "a day, unless there is a document, a description or a pause");
        return asked;
    });

    public static Reading<MoveRequest, OwnApiProblem> ReadUnallocation(ReadOnlyMemory<byte> body) =>
        Read(body, fields => UnallocationCreate.Read(fields, new MoveRequest()));

    public static Reading<MoveRequest, OwnApiProblem> ReadMove(ReadOnlyMemory<byte> body) => Read(body, fields =>
    {
        var asked = MoveCreate.Read(fields, new MoveRequest());
        if (!fields.Has("account") && !fields.Has("to"))
            fields.Refuse("account", FieldProblem.Missing, "the customer's account");
        if (fields.Has("account") && fields.Has("to"))
            fields.Refuse("to", FieldProblem.Unknown, "no such member beside account, whose former name it is");
        asked.Account ??= asked.FormerAccount;
        return asked;
    });
}
