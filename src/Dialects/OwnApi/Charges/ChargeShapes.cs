using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Dialects.Http;
using Quittance.Dialects.Http.Json;
using Quittance.Dialects.OpenApi;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Parameter;
using static Quittance.Dialects.OpenApi.Shape;
using static Quittance.Dialects.OwnApi.OwnApiDocument;
using static Quittance.Dialects.OwnApi.OwnApiRequests;
using static Quittance.Dialects.OwnApi.OwnApiResponses;

namespace Quittance.Dialects.OwnApi.Charges;

/// <summary>A charge to raise.</summary>
internal sealed class ChargeRequest
{
    public string? Account { get; set; }

    public string? Reference { get; set; }

    public string? Document { get; set; }

    public string? Description { get; set; }

    public Money? Amount { get; set; }

    /// <summary>Null for today.</summary>
    public DateOnly? Due { get; set; }
}

/// <summary>The body of the call that raises charges: one charge, or many.</summary>
/// <param name="IsMany">Whether they came as a list.</param>
internal sealed record ChargesRequest(IReadOnlyList<ChargeRequest> Charges, bool IsMany);

/// <summary>The result for one charge of many: its id, or a problem.</summary>
/// <param name="Reference">The client's own name for it.</param>
internal sealed record ChargeResult(string? Reference, Guid? Id, Money? Open)
{
    public ShownProblem? Problem { get; init; }
}

/// <summary>The results for many charges.</summary>
internal sealed record RaisedCharges(IReadOnlyList<ChargeResult> Results)
{
    public int Raised => Results.Count(result => result.Problem is null);
}

/// <summary>The requests and answers about charges, with their descriptions.</summary>
internal static class ChargeShapes
{
    public const string Tag = "Charges";

    /// <summary>How many charges one request raises at most.</summary>
    public const int MostCharges = 10_000;

    public const string Charges = "charges";

    public static readonly Resource<ChargeRequest> ChargeCreate = new("ChargeCreate", "A charge to raise.", isClosed: true)
    {
        {
            Required("account", Text("The account that owes it: its id or your reference.", MostText, 1)), asked => asked.Account,
            (asked, text) => asked.Account = text
        },
        {
            Optional("reference", NameText("Your own name for the charge, which nothing else has.", MostText, 1)), asked => asked.Reference,
            (asked, text) => asked.Reference = text
        },
        {
            Optional("document", NameText("The number printed on the bill, by which bank lines find it.", MostText, 1)),
            asked => asked.Document, (asked, text) => asked.Document = text
        },
        {
            Optional("description", Text("What it is for.", MostText)), asked => asked.Description,
            (asked, text) => asked.Description = Masked(text)
        },
        { Required("amount", Sum), Sum, asked => asked.Amount!.Value, (asked, fields) => asked.Amount = AmountIn(fields) },
        {
            Optional("due", Day("The day it is due; without it today.")), asked => TextOf(asked.Due),
            (ChargeRequest asked, DateOnly? day) => asked.Due = day
        },
    };

    public static readonly Resource<Charge> Charge = new("Charge", "A customer's debt.")
    {
        { Required("id", Uuid("Its id.")), charge => charge.Id.Value },
        { Required("number", Whole("Its number, for people.", 1)), charge => charge.Number },
        { Required("account", Uuid("The account that owes it.")), charge => charge.Account.Value },
        { Optional("reference", Text("The name that its raising system has for it.")), charge => charge.Reference },
        { Optional("document", Text("The number printed on the bill.")), charge => charge.Document },
        { Optional("description", Text("What it is for.")), charge => charge.Description },
        { Required("due", Day("The day it is due.")), charge => TextOf(charge.DueOn) },
        { Required("amount", Sum, "How much it is."), Sum, charge => charge.Amount },
        { Required("open", Sum, "The part that is owed."), Sum, charge => charge.Amount with { AmountMinor = charge.OpenMinor } },
        {
            Required("paid", Sum, "The part that payments have settled."), Sum,
            charge => charge.Amount with { AmountMinor = charge.AllocatedMinor }
        },
        {
            Required("credited", Sum, "The part that credit notes have forgiven, or that a merge moved to another account."), Sum,
            charge => charge.Amount with { AmountMinor = charge.CreditedMinor }
        },
        {
            Required("written_off", Sum, "The part that was given up as a bad debt. The open, paid, credited and this part are all of it."),
            Sum, charge => charge.Amount with { AmountMinor = charge.WrittenOffMinor }
        },
        {
            Optional("moved_from", Uuid("The charge of a merged account whose open part this one is.")),
            charge => charge.MovedFrom?.Value
        },
        {
            Optional("moved_to", Uuid("The charge of another account that its open part became, when its account was merged.")),
            charge => charge.MovedTo?.Value
        },
        {
            Optional("no_dunning_until", Day("The last day without dunning and tries for it.")),
            charge => TextOf(charge.DunningPausedUntil)
        },
    };

    private static readonly Resource<ChargeResult> Raised = new("RaisedCharge", "The result for one charge of many.")
    {
        { Optional("reference", Text("Your own name for the charge.")), raised => raised.Reference },
        { Optional("id", Uuid("Its id; missing where it was refused.")), raised => raised.Id },
        { Optional("open", Sum, "The part that is owed."), raised => raised.Open is { } open ? json => Sum.Write(json, open) : null },
        {
            Optional("problem", OwnApiResponses.Problem, "Why it was refused; missing where it was raised."), OwnApiResponses.Problem,
            raised => raised.Problem
        },
    };

    public static readonly Resource<RaisedCharges> ManyRaised = new("RaisedCharges", "The results for many charges.")
    {
        { Required("raised_count", Whole("How many were raised, now or by an earlier request under the same key.", 0)), all => all.Raised },
        { Required("refused_count", Whole("How many were refused.", 0)), all => all.Results.Count - all.Raised },
        { Required("results", List(Raised, "A result for each, in the order of the request.")), Raised, all => all.Results },
    };

    public static readonly Resource<ShownPage<Charge>> Page = PageOf("ChargePage", Charge);

    private static readonly Shape ChargesCreate = Object(
        "ChargesCreate", "Many charges to raise.",
        Member.Required(Charges, List(ChargeCreate, "The charges.", MostCharges, 1))).Closed();

    public static Operation RaiseCharges { get; } = new("raiseCharges", Tag, "Raises a charge, or up to 10,000 charges")
    {
        Description = "One bad field refuses the whole request, and nothing is raised. What the books refuse, such as an unknown account, "
            + "they refuse of that charge alone: its result has the problem, and the others are raised. The same request under the same "
            + "key goes on where an earlier one broke off.",
        Body = Either("One charge or many.", ChargeCreate, ChargesCreate),
        Replies =
        [
            new(201, "The charge; of many charges a result for each, in their order.",
                Either("One charge or many.", Charge, ManyRaised))
            {
                Headers = [new SentHeader("Location", Link("The address of the charge; missing for many."))],
            },
            NoSuch("account"),
            Conflict("The account is closed, or something else has the reference"),
            new(422, "The account is billed in another currency."),
        ],
    };

    public static Operation ListCharges { get; } = new("listCharges", Tag, "Lists charges, in the order in which they were raised")
    {
        Description = "Charges of every API are in it.",
        Parameters =
        [
            OfAccount,
            InQuery("open", Word("Only those that are open, or only those that are settled.", "true", "false")),
            InQuery(OwnApiCharges.DueBy, Text("Only those that are due by this day, such as `2026-11-30`.")), .. OfPages,
        ],
        Replies = [new(200, "A part of the list.", Page), Invalid],
    };

    public static Operation FindCharge { get; } = new("findCharge", Tag, "Gives a charge")
    {
        Description = "Of two things that a text may name, your reference counts first. A charge that a merge moved shows its parts as "
            + "they are now at the account that goes on, where `moved_to` is, so that it is open until that one is settled.",
        Parameters = [OfIdOrReference],
        Replies =
        [
            new(200, "The charge.", Charge) { Headers = [TagOf("charge")] },
            new(304, "You have the charge as it is: your `If-None-Match` names it.") { Headers = [TagOf("charge")] }, NoSuch("charge"),
        ],
    };

    /// <summary>Reads one charge or many. One bad field refuses them all.</summary>
    public static Reading<ChargesRequest, OwnApiProblem> ReadCharges(ReadOnlyMemory<byte> body) => Read(body, fields =>
    {
        if (!fields.Has(Charges))
            return new ChargesRequest([ReadOne(fields)], IsMany: false);
        var charges = fields.Array(Charges, MostCharges)?.Objects().Select(ReadOne).ToList();
        if (charges is [])
            fields.Refuse(Charges, FieldProblem.TooShort, "at least one charge");
        fields.RefuseUnknown();
        return new ChargesRequest(charges ?? [], IsMany: true);
    });

    private static ChargeRequest ReadOne(JsonFields fields)
    {
        var asked = ChargeCreate.Read(fields, new ChargeRequest());
        RefuseIds(fields, "reference", asked.Reference);
        RefuseIds(fields, "document", asked.Document);
        return asked;
    }
}
