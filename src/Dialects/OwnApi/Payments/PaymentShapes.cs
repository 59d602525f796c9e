using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Executing;
using Quittance.Core.Instruments;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Dialects.Http;
using Quittance.Dialects.Http.Json;
using Quittance.Dialects.OpenApi;
using Quittance.Dialects.OwnApi.Refunds;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Parameter;
using static Quittance.Dialects.OpenApi.Shape;
using static Quittance.Dialects.OwnApi.OwnApiDocument;
using static Quittance.Dialects.OwnApi.OwnApiRequests;
using static Quittance.Dialects.OwnApi.OwnApiResponses;

namespace Quittance.Dialects.OwnApi.Payments;

/// <summary>A payment to record, or an instrument to charge.</summary>
internal sealed class PaymentRequest
{
    public string? Account { get; set; }

    public Money? Amount { get; set; }

    public PaymentMethod? Method { get; set; }

    public string? Instrument { get; set; }

    /// <summary>Null to settle the oldest charges first.</summary>
    public IReadOnlyList<string>? Charges { get; set; }

    /// <summary>Null for today.</summary>
    public DateOnly? Received { get; set; }

    public OwnWords Words { get; } = new();
}

/// <summary>The body of the call that records payments: one payment, or many.</summary>
/// <param name="IsMany">Whether they came as a list.</param>
internal sealed record PaymentsRequest(IReadOnlyList<PaymentRequest> Payments, bool IsMany);

/// <summary>The result for one payment of many: its id and where it stood then, or a problem.</summary>
/// <param name="Reference">The client's own name for it.</param>
internal sealed record RecordedPayment(string? Reference, Guid? Id, PaymentStatus? Status)
{
    public ShownProblem? Problem { get; init; }
}

/// <summary>The results for many payments.</summary>
internal sealed record RecordedPayments(IReadOnlyList<RecordedPayment> Results)
{
    public int Recorded => Results.Count(result => result.Problem is null);
}

/// <summary>A charge to settle with money of a payment.</summary>
internal sealed class AllocationRequest
{
    public string? Charge { get; set; }

    /// <summary>Null for as much as is due.</summary>
    public Money? Amount { get; set; }
}

/// <summary>The uses of a payment's money.</summary>
internal sealed class AllocationsRequest
{
    public IReadOnlyList<AllocationRequest> Charges { get; set; } = [];
}

/// <summary>The money of a payment that waited for it.</summary>
internal sealed class CompletionRequest : ReasonRequest
{
    public string? ReceivedBy { get; set; }

    /// <summary>Null for today.</summary>
    public DateOnly? On { get; set; }
}

/// <summary>Money of a payment to give back.</summary>
internal sealed class RefundRequest
{
    /// <summary>Null for all that has not gone back.</summary>
    public Money? Amount { get; set; }

    public bool? KeepsDebt { get; set; }

    public OwnWords Words { get; } = new();
}

/// <summary>The requests and answers about payments and refunds, with their descriptions.</summary>
internal static class PaymentShapes
{
    public const string Tag = "Payments";

    /// <summary>How many payments one request records at most.</summary>
    public const int MostPayments = 10_000;

    public const string Payments = "payments";

    private static readonly string[] Methods = [.. ReceivedMoney.Holders.Keys.Select(EnumWords.Of)];

    public static readonly Resource<PaymentRequest> PaymentCreate = new(
        "PaymentCreate", "A payment to record, with its method; or an instrument of the account to charge.", isClosed: true)
    {
        {
            Required("account", Text("The account that pays: its id or your reference.", MostText, 1)), asked => asked.Account,
            (asked, text) => asked.Account = text
        },
        { Required("amount", Sum), Sum, asked => asked.Amount!.Value, (asked, fields) => asked.Amount = AmountIn(fields) },
        {
            Optional("method", Word("How the money came. Cash, cheques and vouchers are in the drawer, a transfer is on the bank account, "
                + "and the rest is at your own gateway.", Methods)),
            asked => asked.Method is { } method ? EnumWords.Of(method) : null,
            (asked, text) => asked.Method = Methods.Contains(text) ? EnumWords.To<PaymentMethod>(text!) : null
        },
        {
            Optional("instrument", Uuid("The instrument of the account that its provider is to charge, by its id; without `method`.")),
            asked => asked.Instrument, (asked, text) => asked.Instrument = text
        },
        {
            Optional("charges", List(Text("A charge: its id or your reference.", MostText, 1),
                "The charges that it settles, in this order, as far as they are due; without them the oldest due first, with an empty list "
                + "none. The rest becomes credit.", MostParts)),
            asked => asked.Charges, (asked, items) => asked.Charges = [.. items.Texts(MostText)]
        },
        {
            Optional("received", Day("The day on which the money came; without it today.")),
            asked => TextOf(asked.Received),
            (PaymentRequest asked, DateOnly? day) => asked.Received = day
        },
        { OwnWords.Asked, asked => asked.Words },
    };

    private static readonly Resource<AllocationRequest> Allocation = new(null, "A charge to settle.", isClosed: true)
    {
        {
            Required("charge", Text("The charge: its id or your reference.", MostText, 1)), asked => asked.Charge,
            (asked, text) => asked.Charge = text
        },
        {
            Optional("amount", Sum, "How much; without it as much as is due."), Sum, asked => asked.Amount!.Value,
            (asked, fields) => asked.Amount = AmountIn(fields)
        },
    };

    public static readonly Resource<AllocationsRequest> AllocationCreate = new(
        "AllocationCreate", "Charges to settle with money of a payment that settles none yet: all of them or none.", isClosed: true)
    {
        {
            Required("charges", List(Allocation, "The charges.", MostParts, 1)), Allocation, asked => asked.Charges,
            (asked, items) => asked.Charges = [.. items.Objects().Select(one => Allocation.Read(one, new AllocationRequest()))]
        },
    };

    public static readonly Resource<CompletionRequest> CompletionCreate = new(
        "CompletionCreate", "The money of a payment that waited for it.", isClosed: true)
    {
        {
            Required("received_by", Word("Who has the money: your bank account, your cash drawer (cash or a cheque) or your own gateway. "
                + "What a customer promised in the widget is where they promised it.", [.. AwaitedMoney.Holders])),
            asked => asked.ReceivedBy, (asked, text) => asked.ReceivedBy = text
        },
        {
            Optional("on", Day("The day on which the money came; without it today.")), asked => TextOf(asked.On),
            (CompletionRequest asked, DateOnly? day) => asked.On = day
        },
        {
            Optional("reason", NameText("How you know; the audit log keeps it.", OperatorAction.LongestReason, 1)),
            asked => asked.Reason, (asked, text) => asked.Reason = Masked(text)
        },
    };

    public static readonly Resource<RefundRequest> RefundCreate = new("RefundCreate", "Money of a payment to give back.", isClosed: true)
    {
        {
            Optional("amount", Sum, "How much; without it all that has not gone back."), Sum, asked => asked.Amount!.Value,
            (asked, fields) => asked.Amount = AmountIn(fields)
        },
        {
            Optional("keep_debt", Flag("Whether the charges that the money had settled are open again; without it they are forgiven.")),
            asked => asked.KeepsDebt, (RefundRequest asked, bool? keeps) => asked.KeepsDebt = keeps
        },
        { OwnWords.Asked, asked => asked.Words },
    };

    private static readonly Resource<Allocation> Allocated = new(null, "Money of a payment that settles a charge.")
    {
        { Required("charge", Uuid("The charge.")), allocation => allocation.Charge.Id.Value },
        {
            Required("amount", Sum, "How much of it."), Sum,
            allocation => allocation.Charge.Amount with { AmountMinor = allocation.AmountMinor }
        },
    };

    private static readonly Resource<Attempt> Asked = new(null, "A request to a payment provider.")
    {
        { Required("id", Uuid("Its id, under which the provider got it.")), attempt => attempt.Id.Value },
        { Required("provider", Text("The provider.")), attempt => attempt.Provider },
        { Optional("provider_reference", Text("The provider's own id of it.")), attempt => attempt.ProviderReference },
        { Required("verb", Word("What was asked.", EnumWords.All<Verb>())), attempt => EnumWords.Of(attempt.Verb) },
        { Required("status", Word("Where it stands.", EnumWords.All<AttemptStatus>())), attempt => EnumWords.Of(attempt.Status) },
        {
            Optional("why", Word("Why the provider refused it, where it did.", EnumWords.All<DeclineReason>())),
            attempt => attempt.Reason is { } reason ? EnumWords.Of(reason) : null
        },
        { Required("amount", Sum, "How much."), Sum, attempt => attempt.Amount },
    };

    public static readonly Resource<PaymentView> Payment = new("Payment", "Money from a customer, or the promise of it.")
    {
        { Required("id", Uuid("Its id.")), view => view.Payment.Id.Value },
        { Required("number", Whole("Its number, for people.", 1)), view => view.Payment.Number },
        { Required("account", Uuid("The account that pays.")), view => view.Account.Id.Value },
        { OwnWords.Shown, view => OwnWords.In(view.Payment.Dialect, view.Payment.Details) },
        { Optional("amount", Sum, "How much it is; a bare record has none."), view => Shown(view, view.Payment.Amount?.AmountMinor) },
        { Required("status", Word("Where it stands.", EnumWords.All<PaymentStatus>())), view => EnumWords.Of(view.Payment.Status) },
        {
            Optional("why", Word("Why its provider refused it, where it is `declined` or has `failed`.", EnumWords.All<DeclineReason>())),
            view => view.Declined is { } reason ? EnumWords.Of(reason) : null
        },
        { Required("at", Moment("Since when it stands there.")), view => TextOf(view.Payment.StatusAt) },
        { Optional("received", Day("The day on which its money came.")), view => TextOf(view.ReceivedOn) },
        { Required("method", Word("How it was made.", EnumWords.All<PaymentMethod>())), view => EnumWords.Of(view.Payment.Method) },
        { Optional("instrument", Uuid("The instrument that it was made with.")), view => view.Payment.Instrument?.Value },
        { Required("api", Text("The API through which it came.")), view => view.Payment.Dialect },
        { Required("charges", List(Allocated, "The charges that it settles.")), Allocated, view => view.Allocations },
        { Optional("credit", Sum, "The part that settles no charge."), view => Shown(view, view.Payment.UnallocatedMinor) },
        { Optional("refunded", Sum, "The part that goes back to the payer."), view => Shown(view, view.Payment.RefundedMinor) },
        {
            Optional("reversed", Sum, "The part that left it without a refund: the payer took it back, or a correction moved it to another "
                + "customer's payment or unbooked it."),
            view => Shown(view, view.Payment.ReversedMinor)
        },
        { Optional("moved_from", Uuid("The payment of another customer from which a correction moved it.")),
            view => view.Payment.MovedFrom?.Value },
        {
            Optional("tries_again", Uuid("The failed payment that the server tries again by this one; see its `tries`.")),
            view => view.TriesAgain?.Value
        },
        {
            Optional("attempts", List(Asked, "What providers were asked for it; where a payment is read by its id.")), Asked,
            view => view.Attempts
        },
    };

    public static readonly Resource<ShownPage<PaymentView>> Page = PageOf("PaymentPage", Payment);

    private static readonly Resource<RecordedPayment> Recorded = new("RecordedPayment", "The result for one payment of many.")
    {
        { Optional("reference", Text("Your own name for it.")), recorded => recorded.Reference },
        { Optional("id", Uuid("Its id; missing where it was refused.")), recorded => recorded.Id },
        {
            Optional("status", Word("Where it stood when it was recorded.", EnumWords.All<PaymentStatus>())),
            recorded => recorded.Status is { } status ? EnumWords.Of(status) : null
        },
        {
            Optional("problem", OwnApiResponses.Problem, "Why it was refused; missing where it was recorded."), OwnApiResponses.Problem,
            recorded => recorded.Problem
        },
    };

    public static readonly Resource<RecordedPayments> ManyRecorded = new("RecordedPayments", "The results for many payments.")
    {
        {
            Required("recorded_count", Whole("How many were recorded, now or by an earlier request under the same key.", 0)),
            all => all.Recorded
        },
        { Required("refused_count", Whole("How many were refused.", 0)), all => all.Results.Count - all.Recorded },
        { Required("results", List(Recorded, "A result for each, in the order of the request.")), Recorded, all => all.Results },
    };

    private static readonly Shape PaymentsCreate = Object(
        "PaymentsCreate", "Many payments to record.",
        Member.Required(Payments, List(PaymentCreate, "The payments.", MostPayments, 1))).Closed();

    public static Operation RecordPayment { get; } = new(
        "recordPayment", Tag, "Records a payment, or up to 10,000 payments, or charges stored instruments")
    {
        Description = "With `method` the money has come already. With `instrument` its provider is charged, and the payment may be "
            + "`declined`, or `unknown` while the provider is silent. An instrument that your own gateway holds has no provider here. "
            + "Of many payments, one bad field refuses the whole request, and nothing is recorded. What the books refuse they refuse of "
            + "that payment alone: its result has the problem, and the others are recorded. The same request under the same key goes on "
            + "where an earlier one broke off.",
        Body = Either("One payment or many.", PaymentCreate, PaymentsCreate),
        Replies =
        [
            new(201, "The payment; of many payments a result for each, in their order.",
                Either("One payment or many.", Payment, ManyRecorded)),
            NoSuch("account, charge or instrument"),
            Conflict("The account is closed, another payment of it has the reference, another payment of a charge is under way, or your "
                + "own gateway holds the instrument"),
            new(422, "The money is in another currency, or a charge is named twice."),
        ],
    };

    public static Operation ListPayments { get; } = new("listPayments", Tag, "Lists payments of every API, the oldest first")
    {
        Description = "Payments that were declined or failed are in it too.",
        Parameters =
        [
            OfAccount, InQuery("status", Word("Only those that stand so.", EnumWords.All<PaymentStatus>())),
            InQuery(OwnApiPayments.ByReference, Text("Only those that have this reference, of each account at most one.")), .. OfPages,
        ],
        Replies = [new(200, "A part of the list.", Page), Invalid],
    };

    public static Operation FindPayment { get; } = new("findPayment", Tag, "Gives a payment of any API")
    {
        Description = "It shows the payment as it is now. A reference that payments of several accounts have finds none: list them by it.",
        Parameters = [OfIdOrReference],
        Replies = [new(200, "The payment.", Payment), NoSuch("payment")],
    };

    public static Operation AllocatePayment { get; } = new("allocatePayment", Tag, "Settles charges with credit of a payment")
    {
        Description = "All of the charges are settled, or none.",
        Parameters = [OfIdOrReference],
        Body = AllocationCreate,
        Replies =
        [
            new(200, "The payment.", Payment), NoSuch("payment or charge"),
            Conflict("There is less credit, or less is due"),
            new(422, "The money is in another currency, or a charge is named twice."),
        ],
    };

    public static Operation CompletePayment { get; } = new(
        "completePayment", Tag, "Books the money of a payment that was recorded without it, or promised in the widget")
    {
        Description = "The money settles the charges that the payment names, as far as they are due; the rest is credit. Where a statement "
            + "of the bank has the money, book its line instead.",
        Parameters = [OfIdOrReference],
        Body = CompletionCreate,
        Replies = [new(200, "The payment.", Payment), NoSuch("payment"), Conflict("The payment does not wait for its money")],
    };

    public static Operation CancelPayment { get; } = new("cancelPayment", Tag, "Calls off a payment that waits for its money")
    {
        Description = "It is cancelled for good. Money that a provider has reserved goes back to the payer; money that has come is "
            + "refunded instead.",
        Parameters = [OfIdOrReference],
        Body = Reason,
        Replies =
        [
            new(200, "The payment.", Payment), NoSuch("payment"),
            Conflict("The payment does not wait for its money, or its provider is being asked for it"),
        ],
    };

    public static Operation RefundPayment { get; } = new("refundPayment", Tag, "Gives money of a payment back")
    {
        Description = "Credit goes back first, then the money of the charges that it settled last: they are forgiven, or with `keep_debt` "
            + "open again. `correctCharge` opens a forgiven one later. A refund that is `pending` or was asked for elsewhere is read at "
            + "`/api/v1/refunds/{id}`.",
        Parameters = [OfIdOrReference],
        Body = RefundCreate,
        Replies =
        [
            new(201, "The refund.", RefundShapes.Refund) { Headers = [SentHeader.Location] }, NoSuch("payment"),
            Conflict("The payment has less money, or is disputed, or another refund of the account has the reference"),
            new(422, "The money is in another currency."),
        ],
    };

    /// <summary>Reads one payment to record, or many. One bad field refuses them all.</summary>
    /// <param name="today">No money has come after it.</param>
    public static Reading<PaymentsRequest, OwnApiProblem> ReadPayments(ReadOnlyMemory<byte> body, DateOnly today) => Read(body, fields =>
    {
        if (!fields.Has(Payments))
            return new PaymentsRequest([ReadOne(fields, today)], IsMany: false);
        var payments = fields.Array(Payments, MostPayments)?.Objects().Select(one => ReadOne(one, today)).ToList();
        if (payments is [])
            fields.Refuse(Payments, FieldProblem.TooShort, "at least one payment");
        fields.RefuseUnknown();
        return new PaymentsRequest(payments ?? [], IsMany: true);
    });

    private static PaymentRequest ReadOne(JsonFields fields, DateOnly today)
    {
        var asked = PaymentCreate.Read(fields, new PaymentRequest());
        if (fields.Has("method") && asked.Method is null)
            fields.Refuse("method", FieldProblem.NotInList, $"one of {string.Join(", ", Methods)}");
        if (fields.Has("method") == fields.Has("instrument"))
            fields.Refuse("method", FieldProblem.Missing, "the method of money that has come, or else an instrument");
        if (asked.Instrument is { } id && !Guid.TryParseExact(id, "D", out _))
            fields.Refuse("instrument", FieldProblem.Malformed, "the id of an instrument");
        if (fields.Has("instrument") && asked.Received is not null)
            fields.Refuse("received", FieldProblem.Unknown, "no such member beside an instrument");
        if (asked.Received > today)
            fields.Refuse("received", FieldProblem.OutOfRange, "a day that has come");
        asked.Words.RefuseIds(fields);
        return asked;
    }

    public static Reading<AllocationsRequest, OwnApiProblem> ReadAllocations(ReadOnlyMemory<byte> body) => Read(body, fields =>
    {
        var asked = AllocationCreate.Read(fields, new AllocationsRequest());
        if (fields.Has("charges") && asked.Charges.Count == 0)
            fields.Refuse("charges", FieldProblem.TooShort, "at least one charge");
        return asked;
    });

    public static Reading<CompletionRequest, OwnApiProblem> ReadCompletion(ReadOnlyMemory<byte> body) => Read(body, fields =>
    {
        var asked = CompletionCreate.Read(fields, new CompletionRequest());
        if (asked.ReceivedBy is { } holder && !AwaitedMoney.Holders.Contains(holder))
            fields.Refuse("received_by", FieldProblem.NotInList, $"one of {string.Join(", ", AwaitedMoney.Holders)}");
        return asked;
    });

    public static Reading<RefundRequest, OwnApiProblem> ReadRefund(ReadOnlyMemory<byte> body) =>
        Read(body, fields =>
        {
            var asked = RefundCreate.Read(fields, new RefundRequest());
            asked.Words.RefuseIds(fields);
            return asked;
        });

    private static Action<Utf8JsonWriter>? Shown(PaymentView view, long? amountMinor) =>
        view.Payment.Amount is { } whole && amountMinor is { } minor ? json => Sum.Write(json, whole with { AmountMinor = minor }) : null;
}
