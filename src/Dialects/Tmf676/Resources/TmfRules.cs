using Quittance.Core;
using Quittance.Dialects.Http;
using Quittance.Dialects.OpenApi;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Shape;

namespace Quittance.Dialects.Tmf676.Resources;

/// <summary>In what the mounts differ when they read a resource.</summary>
public sealed record TmfRules
{
    /// <summary>The TMF676 mount: TMF676 3.2 to 3.4 and 4.2.</summary>
    public static TmfRules Standard { get; } = new() { TakesEmptyMoney = true, AsksForReferredType = true };

    /// <summary>What was checked when it was stored, read again.</summary>
    public static TmfRules Stored { get; } = new() { TakesEmptyMoney = true };

    /// <summary>Whether attributes that the resource does not have are refused instead of ignored.</summary>
    public bool RefusesUnknown { get; init; }

    /// <summary>Whether Money may have neither unit nor value.</summary>
    public bool TakesEmptyMoney { get; init; }

    /// <summary>Whether a payment method must have an id.</summary>
    public bool AsksForMethodId { get; init; }

    /// <summary>Whether the bill of a payment item must say its <c>@referredType</c>.</summary>
    public bool AsksForReferredType { get; init; }

    /// <summary>To be called when all attributes of an object have been read.</summary>
    internal void Close(JsonFields fields)
    {
        if (RefusesUnknown)
            fields.RefuseUnknown();
    }
}

/// <summary>The shapes of TMF resources: as a mount reads them by its <see cref="TmfRules"/>, or as it writes them.</summary>
internal sealed class TmfShapes
{
    private readonly TmfRules? _rules;
    private readonly bool _writesNulls;

    private TmfShapes(TmfRules? rules, bool writesNulls) => (_rules, _writesNulls) = (rules, writesNulls);

    /// <summary>What a mount reads.</summary>
    public static TmfShapes Read(TmfRules rules) => new(rules, writesNulls: false);

    /// <summary>What a mount writes.</summary>
    /// <param name="writesNulls">Whether attributes without a value are written as null.</param>
    public static TmfShapes Written(bool writesNulls) => new(null, writesNulls);

    /// <summary>An error (TMF676 3.4).</summary>
    public Shape Error => Object(
        "Error", "What is wrong with a request, or with the server.",
        Required("code", Word(
            "What it is, for programs.", "invalidBody", "missingAttribute", "invalidValue", "unknownFilter", "notFound", "methodNotAllowed",
            "conflict", "unauthorized",
            "forbidden", "internal")),
        Required("reason", Text("What is wrong; it names the attribute.")),
        Required("message", Text("What to do about it.")),
        May("referenceError", Text("Where it is explained.")),
        Required("status", Like("The HTTP status.", "^[45][0-9]{2}$")),
        Required("@type", Word("Its type.", "Error")),
        May("@baseType", Text("The type that its type is derived from.")),
        May("@schemaLocation", Text("Where its type is described.")));

    /// <summary>What payments and refunds both have, without what the server adds.</summary>
    public IEnumerable<Member> Common =>
    [
        May("authorizationCode", Text("The authorisation code of a gateway that has taken the money already.", TmfLength.Id)),
        May("correlatorId",
            Text("The client's own reference. On an account it names one request: another one with the same is refused.", TmfLength.Id)),
        May("description", Text("What it is, in the client's words.", TmfLength.Description)),
        May("name", Text("A name for it.", TmfLength.Name)),
        Required("account", Account, "The account that it is for."),
        May("amount", Money, "The amount without tax."),
        May("channel", Entity, "The channel through which it came."),
        Required("paymentMethod", Method),
        May("taxAmount", Money, "The tax in it."),
        Required("totalAmount", Money, "The whole amount."),
    ];

    /// <summary>What only payments have.</summary>
    public IEnumerable<Member> OfPayment =>
        [May("payer", Party, "The payer."), May("paymentItem", List(Item, "The bills that it is meant for.", TmfLength.Items))];

    /// <summary>What only refunds have.</summary>
    public IEnumerable<Member> OfRefund =>
        [May("payment", Entity, "The payment whose money goes back."), May("requestor", Party, "The party that asks for it.")];

    /// <summary>The members of any object that hold its type.</summary>
    public IEnumerable<Member> Tags =>
    [
        May("@baseType", Text("The type that its type is derived from.", TmfLength.Id)),
        May("@schemaLocation", Text("Where its type is described.", TmfLength.Address)),
        May("@type", Text("Its type.", TmfLength.Id)),
    ];

    /// <summary>The members that the server adds to those of the client.</summary>
    /// <param name="words">The statuses.</param>
    public static IEnumerable<Member> Head(params IReadOnlyList<string> words) =>
    [
        Required("id", Text("Its id, which the server gives.")),
        Required("href", Link("Its address.")),
        Required("status", Word("Its status.", words)),
        Required("statusDate", Moment("The time of its last change of status.")),
    ];

    public static IReadOnlyList<string> PaymentStatuses => [.. Enum.GetValues<PaymentStatus>().Select(TmfWords.Status).Distinct()];

    public static IReadOnlyList<string> RefundStatuses =>
        [.. Enum.GetValues<Core.Refunds.RefundStatus>().Select(TmfWords.Status).Distinct()];

    /// <summary>A reference to something by its id.</summary>
    public Shape Entity => Of("EntityRef", "A reference to something elsewhere.", Reference, Referring);

    /// <summary>An amount of money above zero.</summary>
    public Shape Money => Of(
        "Money", "An amount of money.",
        [
            Amount("unit", Text("The currency, by ISO 4217.", 3, 3)),
            Amount("value", Shape.Amount("How much, in the major unit and exact.", isAboveZero: true)),
        ],
        Tags);

    /// <summary>What an item of a payment has, without its tags.</summary>
    public IEnumerable<Member> OfItem =>
    [
        May("id", Text("Its id.", TmfLength.Id)), May("amount", Money, "The amount without tax."), Required("item", Bill, "The bill."),
        May("taxAmount", Money, "The tax in it."), May("totalAmount", Money, "The whole amount; without one, as much as is due."),
    ];

    /// <summary>A reference to a person or a company.</summary>
    public Shape Party => Of(
        "RelatedParty", "A reference to a person or a company.", [.. Reference, May("role", Text("Their role.", TmfLength.Name))],
        [.. Tags, Required("@referredType", ReferredType)]);

    private bool IsRead => _rules is not null;

    private Shape Account => Of(
        "AccountRef", "A reference to an account.", [.. Reference, May("description", Text("What it is.", TmfLength.Description))],
        Referring);

    private Shape Bill => _rules is { AsksForReferredType: true }
        ? Of("BillRef", "A reference to a bill.", Reference, [.. Tags, Required("@referredType", ReferredType)])
        : Entity;

    private Shape Item => Of("PaymentItem", "A part of a payment that is meant for a bill.", OfItem, Tags);

    private Shape Method => Of(
        "PaymentMethodRefOrValue",
        "How it is paid: a method that is known, or what it is. Of the numbers of cards only the last four digits are kept.",
        [
            new Member("id", Text("The id of a method that is known.", TmfLength.Id, 1), _rules is { AsksForMethodId: true }
                || _writesNulls),
            May("href", Text("Its address.", TmfLength.Address)), May("description", Text("What it is.", TmfLength.Description)),
            May("isPreferred", Flag("Whether the customer prefers it.")), May("name", Text("Its name, fit to be shown.", TmfLength.Name)),
            May("status", Text("Its status.", TmfLength.Name)), May("statusDate", Moment("The time of its last change of status.")),
            May("account", List(Account, "The accounts that it is used for.", TmfLength.Items)), May("relatedParty", Party, "Its owner."),
            May("validFor", Of(
                "TimePeriod", "A span of time.",
                [May("startDateTime", Moment("Its start; with one an end is needed.")), May("endDateTime", Moment("Its end."))], [])),
        ],
        Referring);

    private static Shape ReferredType => Text("The type of what it refers to.", TmfLength.Id, 1);

    private IEnumerable<Member> Reference =>
        [Required("id", Text("The id.", TmfLength.Id, 1)), May("href", Text("The address.", TmfLength.Address)),
            May("name", Text("The name.", TmfLength.Name))];

    private IEnumerable<Member> Referring => [.. Tags, May("@referredType", ReferredType)];

    /// <summary>A member that need not be sent, or that is null in answers that leave nothing out.</summary>
    public Member May(string name, Shape shape, string? description = null) =>
        _writesNulls ? Required(name, shape.OrNull(), description) : Optional(name, shape, description);

    /// <summary>An object; where it is read, its name ends in <c>_Create</c>.</summary>
    public Shape Of(string name, string description, IEnumerable<Member> members, IEnumerable<Member> tags)
    {
        var shape = Object(IsRead ? $"{name}_Create" : name, description, [.. members, .. tags]);
        return _rules is { RefusesUnknown: true } ? shape.Closed() : shape;
    }

    private Member Amount(string name, Shape shape) => _rules is { TakesEmptyMoney: false } ? Required(name, shape) : May(name, shape);
}
