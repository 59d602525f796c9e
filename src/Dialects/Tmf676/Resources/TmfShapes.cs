using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Core.Refunds;
using Quittance.Dialects.Http.Json;
using Quittance.Dialects.OpenApi;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Shape;

namespace Quittance.Dialects.Tmf676.Resources;

/// <summary>In what the mounts differ when they read a resource.</summary>
public sealed record TmfRules
{
    /// <summary>Whether this was checked when it was stored, and is read again.</summary>
    public bool IsStored { get; init; }

    /// <summary>Whether attributes that the resource does not have are refused instead of ignored.</summary>
    public bool RefusesUnknown { get; init; }

    /// <summary>Whether Money may have neither unit nor value.</summary>
    public bool TakesEmptyMoney { get; init; }

    /// <summary>Whether a payment method must have an id.</summary>
    public bool AsksForMethodId { get; init; }

    /// <summary>Whether the bill of a payment item must say its <c>@referredType</c>.</summary>
    public bool AsksForReferredType { get; init; }

    /// <summary>Whether a tax may be zero.</summary>
    public bool TakesZeroTax { get; init; }
}

/// <summary>
/// How long texts may be, characters. The standard sets no limits; these keep one request from filling the books.
/// </summary>
internal static class TmfLength
{
    /// <summary>Ids, codes and type names; an id must also fit an index.</summary>
    public const int Id = 255;

    public const int Name = 255;

    public const int Description = 2000;

    public const int Address = 2048;

    /// <summary>Items of an array.</summary>
    public const int Items = 1000;
}

/// <summary>
/// The TMF resources, each attribute said once: its name, its meaning, its limits, how it is read, and how it is shown. There is one
/// instance for each way to read by <see cref="TmfRules"/> and for each way to write.
/// </summary>
internal sealed class TmfShapes
{
    private const string MomentFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    private readonly TmfRules? _rules;
    private readonly bool _writesNulls;

    private TmfShapes(TmfRules? rules, bool writesNulls)
    {
        (_rules, _writesNulls) = (rules, writesNulls);
        Entity = Reference("EntityRef", "A reference to something elsewhere.");
        Account = Reference("AccountRef", "A reference to an account.", isAccount: true);
        Party = Reference("RelatedParty", "A reference to a person or a company.", isParty: true, asksForType: true);
        Bill = rules is { AsksForReferredType: true } ? Reference("BillRef", "A reference to a bill.", asksForType: true) : Entity;
        Money = MoneyOf("Money", "An amount of money.", Shape.Amount("How much, in the major unit and exact.", isAboveZero: true));
        Tax = rules is { TakesZeroTax: false }
            ? Money : MoneyOf("Tax", "An amount of tax, which may be zero.", Shape.Amount("How much, in the major unit and exact."));
        Method = MethodOf(new(NameOf("TimePeriod"), "A span of time.", isClosed: IsClosed)
        {
            { May("startDateTime", Moment("Its start; with one an end is needed.")).OfAnyTime(),
                it => TextOf(it.Start), (it, moment) => it.Start = moment },
            { May("endDateTime", Moment("Its end.")).OfAnyTime(), it => TextOf(it.End), (it, moment) => it.End = moment },
        });
        Item = new(NameOf("PaymentItem"), "A part of a payment that is meant for a bill.", isClosed: IsClosed)
        {
            { May("id", Text("Its id.", TmfLength.Id)), it => it.Id, (it, text) => it.Id = text },
            { May("amount", Money, "The amount without tax."), Money,
                it => it.Amount, (it, money) => it.Amount = ReadAmount(money) },
            { Required("item", Bill, "The bill.").ReadFirst(), Bill, it => it.Bill, (it, bill) => it.Bill = ReadReference(Bill, bill) },
            { May("taxAmount", Tax, "The tax in it."), Tax, it => it.TaxAmount, (it, tax) => it.TaxAmount = ReadTax(tax) },
            { May("totalAmount", Money, "The whole amount; without one, as much as is due."), Money,
                it => it.TotalAmount, (it, money) => it.TotalAmount = ReadAmount(money) },
            { Types(), it => it },
        };
        Error = ErrorOf();
    }

    /// <summary>The shapes that the TMF676 mount reads (TMF676 3.2 to 3.4 and 4.2).</summary>
    public static TmfShapes Standard { get; } = Read(new TmfRules { TakesEmptyMoney = true, AsksForReferredType = true });

    /// <summary>The shapes of stored details.</summary>
    public static TmfShapes Stored { get; } = Read(new TmfRules { TakesEmptyMoney = true, TakesZeroTax = true, IsStored = true });

    /// <summary>Answers that leave attributes without a value out (TMF676 5.5).</summary>
    public static TmfShapes Written { get; } = new(null, writesNulls: false);

    /// <summary>Answers that have every attribute, with null where it has no value (Oracle BRM 3.2).</summary>
    public static TmfShapes WrittenWithNulls { get; } = new(null, writesNulls: true);

    /// <summary>An error (TMF676 3.4).</summary>
    public Resource<TmfError> Error { get; }

    /// <summary>A reference to something by its id.</summary>
    public Resource<TmfReference> Entity { get; }

    /// <summary>A reference to a person or a company.</summary>
    public Resource<TmfReference> Party { get; }

    /// <summary>An amount of money above zero.</summary>
    public Resource<TmfMoney> Money { get; }

    public Resource<TmfItem> Item { get; }

    private Resource<TmfReference> Account { get; }

    private Resource<TmfReference> Bill { get; }

    private Resource<TmfMoney> Tax { get; }

    private Resource<TmfMethod> Method { get; }

    private static Shape ReferredType => Text("The type of what it refers to.", TmfLength.Id, 1);

    private bool IsClosed => _rules is { RefusesUnknown: true };

    /// <summary>The shapes that a mount reads.</summary>
    public static TmfShapes Read(TmfRules rules) => new(rules, writesNulls: false);

    /// <summary>A payment.</summary>
    /// <param name="name">Its name in the document; where it is read, the name ends in <c>_Create</c>.</param>
    /// <param name="types">The members that name its type; null for any.</param>
    /// <param name="item">Its items; null for the usual ones.</param>
    public Resource<TmfResource> Payment(
        string name, string description, Resource<TmfObject>? types = null, Resource<TmfItem>? item = null) =>
        Resource(name, description, types ?? Types(), item ?? Item, isRefund: false);

    /// <summary>A refund.</summary>
    public Resource<TmfResource> Refund(string name, string description, Resource<TmfObject>? types = null) =>
        Resource(name, description, types ?? Types(), Item, isRefund: true);

    /// <summary>The members in which an object names its type.</summary>
    /// <param name="type">Its own type; null for any.</param>
    /// <param name="baseType">The type that its type is derived from; null for any.</param>
    public Resource<TmfObject> Types(Member? type = null, Member? baseType = null) => new(null, "")
    {
        { baseType ?? May("@baseType", Text("The type that its type is derived from.", TmfLength.Id)),
            it => it.BaseType, (it, text) => it.BaseType = text },
        { May("@schemaLocation", Text("Where its type is described.", TmfLength.Address)),
            it => it.SchemaLocation, (it, text) => it.SchemaLocation = text },
        { type ?? May("@type", Text("Its type.", TmfLength.Id)), it => it.Type, (it, text) => it.Type = text },
    };

    /// <summary>Money.</summary>
    /// <param name="name">Its name in the document.</param>
    /// <param name="value">Its amount.</param>
    /// <param name="isAlways">Whether it always has a unit and a value.</param>
    public Resource<TmfMoney> MoneyOf(string name, string description, Shape value, bool isAlways = false)
    {
        var unit = Text("The currency, by ISO 4217.", 3, 3);
        isAlways |= _rules is { TakesEmptyMoney: false };
        return new(NameOf(name), description, isClosed: IsClosed)
        {
            { isAlways ? Required("unit", unit) : May("unit", unit), it => it.Amount?.Currency.Code },
            { isAlways ? Required("value", value) : May("value", value), it => it.Amount },
            { Types(), it => it },
        };
    }

    /// <summary>A member that need not be sent, or that is null in answers that leave nothing out.</summary>
    public Member May(string name, Shape shape, string? description = null) =>
        _writesNulls ? Required(name, shape.OrNull(), description) : Optional(name, shape, description);

    /// <summary>Reads a reference; null where it has no readable id.</summary>
    public static TmfReference? ReadReference(Resource<TmfReference> shape, JsonFields fields) =>
        shape.Read(fields, new TmfReference("")) is { Id.Length: > 0 } reference ? reference : null;

    /// <summary>Reads references, of which only those with a readable id count.</summary>
    public static IReadOnlyList<TmfReference> ReadReferences(Resource<TmfReference> shape, JsonItems items) =>
        [.. items.Objects().Select(item => ReadReference(shape, item)).OfType<TmfReference>()];

    public TmfMoney ReadMoney(JsonFields fields) => ReadMoney(fields, mayBeZero: false);

    /// <summary>Of the free texts in a payment, only the last four digits of card numbers are kept (TMF676 5.14).</summary>
    private static string? WithoutCards(string? text) => text is null ? null : CardNumberMask.Apply(text);

    /// <summary>The same, but a POID stays whole: by chance its digits may look like a card number.</summary>
    private static string? WithoutCardsUnlessPoid(string? text) => text is null || Poid.TryParse(text, out _) ? text : WithoutCards(text);

    /// <summary>A moment, in UTC and to the millisecond: <c>2027-03-04T15:02:41.000Z</c>.</summary>
    public static string? TextOf(DateTimeOffset? moment) => moment?.UtcDateTime.ToString(MomentFormat);

    private static IReadOnlyList<T>? AnyOf<T>(IReadOnlyList<T> items) => items.Count > 0 ? items : null;

    private static IReadOnlyList<string> WordsOf<T>(Func<T, string> word)
        where T : struct, Enum => [.. Enum.GetValues<T>().Select(word).Distinct()];

    private Resource<TmfResource> Resource(
        string name, string description, Resource<TmfObject> types, Resource<TmfItem> item, bool isRefund)
    {
        var status = isRefund ? WordsOf<RefundStatus>(TmfWords.Status) : WordsOf<PaymentStatus>(TmfWords.Status);
        var isDateRead = isRefund && _rules is { RefusesUnknown: false };
        var items = item == Item
            ? List(item, "The bills that it is meant for.", TmfLength.Items)
            : List(item, "The bills that it settles.");
        return new(NameOf(name), description, isClosed: IsClosed)
        {
            { Texts(), it => it },
            { isRefund ? null : Given(May("paymentDate", Moment("When the money was in the books."))), it => TextOf(it.Date) },
            { !isRefund || isDateRead ? null : Given(May("refundDate", Moment("When the money went back."))), it => TextOf(it.Date) },
            { isDateRead ? May("refundDate", Moment("When the money went back, where it did so elsewhere.")).ReadLater().ReadLater()
                    : null,
                // To the last digit: what is shown is what was sent.
                it => it.Date?.UtcDateTime.ToString("O"), (it, moment) => it.Date = moment },
            { Given(Required("status", Word("Its status.", status))), it => it.Status },
            { Given(Required("statusDate", Moment("The time of its last change of status."))), it => TextOf(it.StatusDate) },
            { Must("account", Account, "The account that it is for."), Account,
                it => it.Account, (it, account) => it.Account = ReadReference(Account, account) },
            { May("amount", Money, "The amount without tax."), Money, it => it.Amount, (it, money) => it.Amount = ReadAmount(money) },
            { May("channel", Entity, "The channel through which it came."), Entity,
                it => it.Channel, (it, channel) => it.Channel = ReadReference(Entity, channel) },
            { isRefund ? null : May("payer", Party, "The payer.").ReadLater(), Party,
                it => it.Payer, (it, party) => it.Payer = ReadReference(Party, party) },
            { isRefund ? May("payment", Entity, "The payment whose money goes back.").ReadLater() : null, Entity,
                it => it.Payment, (it, payment) => it.Payment = ReadReference(Entity, payment) },
            { isRefund ? null : May("paymentItem", items).ReadLater(), item,
                it => AnyOf(it.Items), (it, given) => it.Items = ReadItems(given) },
            { Must("paymentMethod", Method), Method, it => it.Method, (it, method) => Method.Read(method, it.Method) },
            { isRefund ? May("requestor", Party, "The party that asks for it.").ReadLater() : null, Party,
                it => it.Requestor, (it, party) => it.Requestor = ReadReference(Party, party) },
            { May("taxAmount", Tax, "The tax in it."), Tax, it => it.TaxAmount, (it, tax) => it.TaxAmount = ReadTax(tax) },
            { Must("totalAmount", Money, "The whole amount."), Money,
                it => it.TotalAmount, (it, money) => it.TotalAmount = ReadMoney(money) },
            { types, it => it },
        };
    }

    /// <summary>Its id, and the texts that every answer begins with.</summary>
    private Resource<TmfResource> Texts() => new(null, "")
    {
        { Given(Required("id", Text("Its id, which the server gives."))), it => it.Id },
        { Given(Required("href", Link("Its address."))), it => it.Href },
        { May("authorizationCode", Text("The authorisation code of a gateway that has taken the money already.", TmfLength.Id)),
            it => it.AuthorizationCode, (it, text) => it.AuthorizationCode = text },
        { May("correlatorId", NameText(
                "The client's own reference. On an account it names one request: another one with the same is refused.", TmfLength.Id)),
            it => it.CorrelatorId, (it, text) => it.CorrelatorId = text },
        { May("description", Text("What it is, in the client's words.", TmfLength.Description)),
            it => it.Description, (it, text) => it.Description = WithoutCards(text) },
        { May("name", NameText("A name for it.", TmfLength.Name)), it => it.Name, (it, text) => it.Name = WithoutCards(text) },
    };

    private Resource<TmfReference> Reference(
        string name, string description, bool isAccount = false, bool isParty = false, bool asksForType = false) =>
        new(NameOf(name), description, isClosed: IsClosed)
        {
            { Required("id", NameText("The id.", TmfLength.Id, 1)), it => it.Id, (it, text) => it.Id = text ?? "" },
            { May("href", Text("The address.", TmfLength.Address)), it => it.Href, (it, text) => it.Href = text },
            { isAccount ? May("description", Text("What it is.", TmfLength.Description)) : null,
                it => it.Description, (it, text) => it.Description = text },
            { May("name", NameText("The name.", TmfLength.Name)), it => it.Name, (it, text) => it.Name = text },
            { isParty ? May("role", Text("Their role.", TmfLength.Name)) : null, it => it.Role, (it, text) => it.Role = text },
            { Types(), it => it },
            { asksForType ? Required("@referredType", ReferredType) : May("@referredType", ReferredType),
                it => it.ReferredType, (it, text) => it.ReferredType = text },
        };

    private Resource<TmfMethod> MethodOf(Resource<TmfPeriod> period) => new(
        NameOf("PaymentMethodRefOrValue"),
        "How it is paid: a method that is known, or what it is. Of the numbers of cards only the last four digits are kept.",
        isClosed: IsClosed)
    {
        { new Member("id", Text("The id of a method that is known.", TmfLength.Id, 1), _rules is { AsksForMethodId: true }
                || _writesNulls),
            it => it.Id, (it, text) => it.Id = WithoutCardsUnlessPoid(text) },
        { May("href", Text("Its address.", TmfLength.Address)), it => it.Href, (it, text) => it.Href = text },
        { May("description", Text("What it is.", TmfLength.Description)),
            it => it.Description, (it, text) => it.Description = WithoutCardsUnlessPoid(text) },
        { May("isPreferred", Flag("Whether the customer prefers it.")), it => it.IsPreferred, (it, flag) => it.IsPreferred = flag },
        { May("name", Text("Its name, fit to be shown.", TmfLength.Name)),
            it => it.Name, (it, text) => it.Name = WithoutCardsUnlessPoid(text) },
        { May("status", Text("Its status.", TmfLength.Name)), it => it.Status, (it, text) => it.Status = text },
        { May("statusDate", Moment("The time of its last change of status.")).OfAnyTime(),
            it => TextOf(it.StatusDate), (it, moment) => it.StatusDate = moment },
        { May("account", List(Account, "The accounts that it is used for.", TmfLength.Items)), Account,
            it => AnyOf(it.Accounts), (it, accounts) => it.Accounts = ReadReferences(Account, accounts) },
        { May("relatedParty", Party, "Its owner."), Party,
            it => it.RelatedParty, (it, party) => it.RelatedParty = ReadReference(Party, party) },
        { May("validFor", period), period, it => it.ValidFor, (it, fields) => it.ValidFor = period.Read(fields, new TmfPeriod()) },
        { Types(), it => it },
        { May("@referredType", ReferredType), it => it.ReferredType, (it, text) => it.ReferredType = text },
    };

    private Resource<TmfError> ErrorOf() => new("Error", "What is wrong with a request, or with the server.")
    {
        { Required("code", Word(
                "What it is, for programs.", "invalidBody", "missingAttribute", "invalidValue", "unknownFilter", "notFound",
                "methodNotAllowed", "conflict", "unauthorized", "forbidden", "internal")),
            it => it.Code },
        { Required("reason", Text("What is wrong; it names the attribute.")), it => it.Reason },
        { Required("message", Text("What to do about it.")), it => it.Message },
        May("referenceError", Text("Where it is explained.")),
        { Required("status", Like("The HTTP status.", "^[45][0-9]{2}$")), it => $"{it.Status}" },
        { Required("@type", Word("Its type.", "Error")), _ => "Error" },
        May("@baseType", Text("The type that its type is derived from.")),
        May("@schemaLocation", Text("Where its type is described.")),
    };

    /// <summary>Where it is read, the name of an object ends in <c>_Create</c>.</summary>
    private string NameOf(string name) => _rules is null ? name : $"{name}_Create";

    /// <summary>An attribute that only the server gives: what a client sends is ignored, or where nothing else is, passed over.</summary>
    private Member? Given(Member attribute)
    {
        if (_rules is null)
            return attribute;
        return IsClosed ? Optional(attribute.Name, Either("Passed over: the server gives it.")) : null;
    }

    private Member Must(string name, Shape shape, string? description = null) =>
        _rules is { IsStored: true } ? Optional(name, shape, description) : Required(name, shape, description);

    /// <summary>Reads money that may be left out; an empty object counts as that.</summary>
    private TmfMoney? ReadAmount(JsonFields fields, bool mayBeZero = false) =>
        ReadMoney(fields, mayBeZero) is { Amount: not null } money ? money : null;

    private TmfMoney? ReadTax(JsonFields fields) => ReadAmount(fields, mayBeZero: _rules is { TakesZeroTax: true });

    private TmfMoney ReadMoney(JsonFields fields, bool mayBeZero)
    {
        var isEmpty = _rules is { TakesEmptyMoney: true } && !fields.Has("unit") && !fields.Has("value");
        return Money.Read(fields, new TmfMoney(isEmpty ? null : TmfMoney.ReadAmount(fields, mayBeZero)));
    }

    private IReadOnlyList<TmfItem> ReadItems(JsonItems items) =>
        [.. items.Objects().Select(fields => Item.Read(fields, new TmfItem(null))).Where(item => item.Bill is not null)];
}
