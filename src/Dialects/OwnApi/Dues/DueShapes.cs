using Quittance.Core;
using Quittance.Core.Dues;
using Quittance.Core.Overdue;
using Quittance.Core.Providers;
using Quittance.Dialects.Http;
using Quittance.Dialects.OpenApi;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Shape;
using static Quittance.Dialects.OwnApi.OwnApiResponses;

namespace Quittance.Dialects.OwnApi.Dues;

/// <summary>What is to be collected.</summary>
internal sealed record DueRequest(DueFilter Filter, bool IsDry);

/// <summary>A run with how its payments ended.</summary>
internal sealed record ShownDues(DueRun Run, IReadOnlyList<DueOutcome> Outcomes);

/// <summary>When a run begins by itself.</summary>
internal sealed record ShownDuePolicy(DuePolicyState State, DateOnly Today)
{
    public DuePolicy? Policy => State.Policy;
}

/// <summary>A charge that is due, with its customer.</summary>
internal sealed record ShownDue(DueCase Case, DueVerdict Verdict);

/// <summary>The requests and answers about what is due.</summary>
internal static class DueShapes
{
    public const string Until = "until";
    public const string Method = "method";
    public const string Api = "api";

    public const string AutopayOnly = "autopay";
    public const string Result = "result";

    private const string UntilText = "The last due day.";
    private const string MethodText = "Only from customers whose stored instrument is charged so.";
    private const string AutopayText = "Only from customers who chose autopay.";
    private const string ApiText = "Only from customers whom clients of this API have named.";

    public static Shape OfResult { get; } = Word("Only payments that stand so.", EnumWords.All<DueResult>());

    private static readonly Resource<DueSum> ToAsk = new(null, "Payments of one method, provider and currency.")
    {
        { Required(Method, Word("How customers are charged.", EnumWords.All<DueWay>())), one => EnumWords.Of(one.Way) },
        { Required("provider", Text("Who is asked; `bank` for a file of your own bank.")), one => one.Provider },
        { Required("count", Whole("How many payments.", 1)), one => (long?)one.Count },
        { Required("sum", OwnApiRequests.Sum, "Their sum."), OwnApiRequests.Sum, one => one.Sum },
    };

    private static readonly Resource<DueLeftOut> LeftOut = new(null, "Charges that are left out for one reason, in one currency.")
    {
        { Required("why", Word("Why they are left out.", EnumWords.All<DueWait>())), one => EnumWords.Of(one.Why) },
        { Required("count", Whole("How many charges.", 1)), one => (long?)one.Count },
        { Required("sum", OwnApiRequests.Sum, "What is open of them."), OwnApiRequests.Sum, one => one.Sum },
    };

    public static readonly Resource<DuePreview> Preview = new("DuesPreview", "What would be asked for now, and what would be left out.")
    {
        { Required(Until, Day(UntilText)), preview => TextOf(preview.Filter.Until) },
        { Required("customers", Whole("How many customers would be charged.", 0)), preview => (long?)preview.Customers },
        { Required("count", Whole("How many payments would be made, one for each charge.", 0)), preview => (long?)preview.Count },
        { Required("to_collect", List(ToAsk, "The payments, summed up.")), ToAsk, preview => preview.ToAsk },
        { Required("left_out", List(LeftOut, "The charges that are left out, summed up.")), LeftOut, preview => preview.LeftOut },
    };

    private static readonly Resource<DueOutcome> Outcome = new(null, "Payments with one result, in one currency.")
    {
        { Required("result", Word("How they ended.", EnumWords.All<DueResult>())), one => EnumWords.Of(one.Result) },
        {
            Optional("why", Word("Why they failed, where the provider or the bank said it.", EnumWords.All<DeclineReason>())),
            one => one.Reason is { } why ? EnumWords.Of(why) : null
        },
        { Required("count", Whole("How many payments.", 1)), one => (long?)one.Count },
        { Required("sum", OwnApiRequests.Sum, "Their sum."), OwnApiRequests.Sum, one => one.Sum },
    };

    public static readonly Resource<ShownDues> Run = new("Dues", "A run that asks for what is due.")
    {
        { Required("id", Uuid("Its id.")), shown => (Guid?)shown.Run.Id.Value },
        { Required("number", Whole("Its number, for people.", 1)), shown => (long?)shown.Run.Number },
        {
            Required(
                "status", Word("`running` until all was asked for, `waiting` for a second person before.", EnumWords.All<DueRunStatus>())),
            shown => EnumWords.Of(shown.Run.Status)
        },
        { Required(Until, Day(UntilText)), shown => TextOf(shown.Run.Filter.Until) },
        {
            Optional(Method, Word(MethodText, EnumWords.All<DueWay>())),
            shown => shown.Run.Filter.Way is { } way ? EnumWords.Of(way) : null
        },
        { Optional(Api, Text(ApiText)), shown => shown.Run.Filter.Dialect },
        { Required(AutopayOnly, Flag(AutopayText)), shown => (bool?)shown.Run.Filter.IsAutopayOnly },
        {
            Optional("minimum", OwnApiRequests.Sum, "No payment is made of less."),
            shown => shown.Run.Filter.Minimum is { } least ? Shown(least.AmountMinor, least.Currency) : null
        },
        { Required("begun_at", Moment("When it began.")), shown => TextOf(shown.Run.BegunAt) },
        {
            Optional("month", Text("The month for which it began by itself, such as 2027-01.")),
            shown => shown.Run.Month?.ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture)
        },
        { Required("planned", Whole("How many payments were to be made when it began.", 0)), shown => (long?)shown.Run.Planned },
        { Required("asked", Whole("How many payments it has made.", 0)), shown => (long?)shown.Outcomes.Sum(one => one.Count) },
        { Required("outcomes", List(Outcome, "How its payments stand now, summed up.")), Outcome, shown => shown.Outcomes },
    };

    public static readonly Resource<ShownDuePolicy> Policy = new("DuesPolicy", "When a run begins by itself, each month.")
    {
        {
            Optional("day", Whole("The business day of the month, from 1; missing for no policy.", 1, DuePolicy.MostDay)),
            shown => (long?)shown.Policy?.Day
        },
        {
            Optional(Method, Word(MethodText, EnumWords.All<DueWay>())),
            shown => shown.Policy?.Filter.Way is { } way ? EnumWords.Of(way) : null
        },
        { Optional(Api, Text(ApiText)), shown => shown.Policy?.Filter.Dialect },
        { Optional(AutopayOnly, Flag(AutopayText)), shown => shown.Policy?.Filter.IsAutopayOnly },
        {
            Optional("minimum", OwnApiRequests.Sum, "No payment is made of less."),
            shown => shown.Policy?.Filter.Minimum is { } least ? Shown(least.AmountMinor, least.Currency) : null
        },
        {
            Optional("next_on", Day("The next day after today on which a run begins.")),
            shown => TextOf(shown.State.NextAfter(shown.Today))
        },
        {
            Optional("not_begun_since", Day("The day of this month on which a run was to begin, where none has begun since.")),
            shown => TextOf(shown.State.NotBegunSince)
        },
    };

    private static readonly Resource<AskedDue> Payment = new("DuePayment", "A payment of a run.")
    {
        { Required("payment", Uuid("The payment.")), one => (Guid?)one.Payment.Id.Value },
        { Required("account", Uuid("The customer's account.")), one => (Guid?)one.Account.Id.Value },
        { Required("charge", Uuid("The charge.")), one => (Guid?)one.Charge.Id.Value },
        { Required("amount", OwnApiRequests.Sum, "Its amount."), OwnApiRequests.Sum, one => one.Payment.Amount!.Value },
        { Required("result", Word("How it stands.", EnumWords.All<DueResult>())), one => EnumWords.Of(one.Result) },
        {
            Optional("why", Word("Why it failed, where the provider or the bank said it.", EnumWords.All<DeclineReason>())),
            one => one.Reason is { } why ? EnumWords.Of(why) : null
        },
        {
            Optional(
                "next_on", Day("The day on which its instrument is asked again, where it failed and the policy of tries says so.")),
            one => TextOf(one.Next?.On)
        },
        {
            Optional("next_why", Word("Why it is not asked again today, where it failed.", EnumWords.All<RetryWait>())),
            one => one.Next?.Why is { } why ? EnumWords.Of(why) : null
        },
    };

    public static readonly Resource<ShownPage<AskedDue>> PaymentPage = PageOf("DuePaymentPage", Payment);

    private static readonly Resource<ShownDue> Due = new("DueCharge", "A charge that is due.")
    {
        { Required("account", Uuid("The customer's account.")), one => (Guid?)one.Case.Account.Id.Value },
        { Required("customer", Whole("The customer's number.", 1)), one => (long?)one.Case.Account.Number },
        { Optional("name", Text("The customer's name.")), one => one.Case.Account.Name },
        { Required("charge", Uuid("The charge.")), one => (Guid?)one.Verdict.Due.Charge.Id.Value },
        { Optional("reference", Text("The charge's reference.")), one => one.Verdict.Due.Charge.Reference },
        { Required("due", Day("Its due day.")), one => TextOf(one.Verdict.Due.Charge.DueOn) },
        {
            Required("amount", OwnApiRequests.Sum, "What would be asked for, or what is open where it is left out."), OwnApiRequests.Sum,
            one => one.Verdict.Amount
        },
        {
            Optional(Method, Word("How the customer is charged.", EnumWords.All<DueWay>())),
            one => one.Case.Way is { } way ? EnumWords.Of(way) : null
        },
        {
            Optional("why", Word("Why it is left out; missing where it would be asked for.", EnumWords.All<DueWait>())),
            one => one.Verdict.Why is { } why ? EnumWords.Of(why) : null
        },
    };

    public static readonly Resource<ShownPage<ShownDue>> DuePage = PageOf("DueChargePage", Due);

    /// <summary>The body of a run.</summary>
    public static Shape RunCreate(IReadOnlyList<string> apis) => Object(
        "DuesCreate", "What is to be collected.",
        Required(Until, Day(UntilText)),
        Optional("dry", Flag("Whether only to say what would be asked for, and to change nothing.")),
        Optional(Method, Word(MethodText, EnumWords.All<DueWay>())), Optional(Api, Word(ApiText, apis)),
        Optional("minimum", OwnApiRequests.Sum, "No payment in its currency is made of less."),
        Optional(AutopayOnly, Flag(AutopayText))).Closed();

    /// <summary>The parameters of a list of what is due.</summary>
    public static IReadOnlyList<Parameter> Filters(IReadOnlyList<string> apis) =>
    [
        Parameter.InQuery(Until, Day($"{UntilText} Today without it.")),
        Parameter.InQuery(Method, Word(MethodText, EnumWords.All<DueWay>())),
        Parameter.InQuery(Api, Word(ApiText, apis)), Parameter.InQuery(AutopayOnly, Flag(AutopayText)),
    ];

    public static Reading<DueRequest, OwnApiProblem> Read(ReadOnlyMemory<byte> body, IReadOnlyList<string> apis) =>
        OwnApiRequests.Read(body, fields =>
        {
            var asked = new DueRequest(
                new DueFilter(fields.Day(Until, required: true) ?? default)
                {
                    Way = EnumWords.Find<DueWay>(fields.Choice(Method, [.. EnumWords.All<DueWay>()])),
                    Dialect = fields.Choice(Api, [.. apis]),
                    Minimum = fields.Object("minimum") is { } least ? OwnApiRequests.AmountIn(least) : null,
                    IsAutopayOnly = fields.Boolean(AutopayOnly) ?? false,
                },
                fields.Boolean("dry") ?? false);
            fields.RefuseUnknown();
            return asked;
        });
}
