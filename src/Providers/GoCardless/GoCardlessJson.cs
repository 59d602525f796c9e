using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Providers;
using Quittance.Providers.Http;

namespace Quittance.Providers.GoCardless;

/// <summary>Reads what GoCardless writes: an object, or a list of them, under the name of its resource.</summary>
internal static class GoCardlessJson
{
    public static readonly ObjectManner Manner = new(
        StrictJson.Object, Page, "after", static (from, until) => $"created_at[gte]={Text(from)}&created_at[lte]={Text(until)}");

    public static readonly ObjectKind<GoCardlessPayment> Payments = new(Manner, "payments", GoCardlessPayment.TryRead);

    public static readonly ObjectKind<HttpRefund> Refunds = new(Manner, "refunds", Refund);

    public static readonly ObjectKind<GoCardlessMandate> Mandates = new(Manner, "mandates", GoCardlessMandate.TryRead);

    /// <summary>A page of a list; null when it is something else.</summary>
    public static ObjectPage? Page(JsonElement root, string resource)
    {
        if (StrictJson.Objects(root, resource) is not { } items || StrictJson.Object(root, "meta") is not { } meta
            || StrictJson.Object(meta, "cursors") is not { } cursors)
        {
            return null;
        }

        var hasAfter = cursors.TryGetProperty("after", out var after) && after.ValueKind != JsonValueKind.Null;
        return hasAfter && after.ValueKind != JsonValueKind.String ? null
            : new ObjectPage(items, !hasAfter, StrictJson.Text(cursors, "after"));
    }

    /// <summary>Reads a refund; null when anything of it is missing or wrong.</summary>
    public static HttpRefund? Refund(JsonElement refund) =>
        StrictJson.Reference(refund) is { } id && StrictJson.Amount(refund, "amount") is { } amount
        && StrictJson.Text(refund, "status") is { } status
            ? new HttpRefund(id, StrictJson.OfMetadata(refund, "attempt"), Link(refund, "payment"), amount, status, status switch
            {
                "created" or "pending_submission" or "submitted" => ProviderAnswer.Pending,
                "paid" => ProviderAnswer.Approved,
                "cancelled" or "bounced" or "funds_returned" => ProviderAnswer.Declined(DeclineReason.Declined),
                _ => null,
            })
            {
                Authorisation = StrictJson.OfMetadata(refund, "authorisation"),
            }
            : null;

    /// <summary>The id of an object that another one names.</summary>
    public static string? Link(JsonElement parent, string name) =>
        StrictJson.Object(parent, "links") is { } links ? StrictJson.Reference(links, name) : null;

    /// <summary>A moment as a list takes it.</summary>
    public static string Text(DateTimeOffset moment) => $"{moment.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ}";

    public static byte[] Body(string resource, object content) =>
        JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object> { [resource] = content });
}

/// <summary>A payment as far as we read it.</summary>
/// <param name="Attempt">Our authorisation, of its metadata.</param>
internal sealed record GoCardlessPayment(string Id, Guid? Attempt, Money Amount, string Status) : IHttpObject
{
    /// <summary>Our attempt that captured it, of its metadata.</summary>
    public Guid? Capture { get; init; }

    /// <summary>The payment, of its metadata.</summary>
    public Guid? Payment { get; init; }

    /// <summary>The customer's account, of its metadata.</summary>
    public Guid? Account { get; init; }

    /// <summary>How much of it was refunded.</summary>
    public long RefundedMinor { get; init; }

    /// <summary>Whether its status is a word that is known here (developer.gocardless.com/api-reference, Payments).</summary>
    public bool HasKnownStatus => IsOver || IsPaid || Status is "pending_customer_approval" or "pending_submission" or "submitted"
        or "charged_back";

    /// <summary>Whether the bank has paid it.</summary>
    public bool IsPaid => Status is "confirmed" or "paid_out";

    /// <summary>Whether it has come to an end without money: nothing is held.</summary>
    public bool IsOver => Status is "failed" or "cancelled" or "customer_approval_denied";

    /// <summary>Reads a payment; null when anything of it is missing or wrong.</summary>
    public static GoCardlessPayment? TryRead(JsonElement payment)
    {
        if (StrictJson.Reference(payment) is not { } id || StrictJson.Amount(payment, "amount") is not { } amount
            || StrictJson.Text(payment, "status") is not { } status)
        {
            return null;
        }

        var names = StrictJson.Metadata(payment, "payment")?.Split(' ') ?? [];
        return new GoCardlessPayment(id, StrictJson.OfMetadata(payment, "attempt"), amount, status)
        {
            Capture = StrictJson.OfMetadata(payment, "capture"),
            Payment = names is [var ofPayment, ..] && Guid.TryParseExact(ofPayment, "D", out var paid) ? paid : null,
            Account = names is [_, var ofAccount] && Guid.TryParseExact(ofAccount, "D", out var account) ? account : null,
            RefundedMinor = StrictJson.Whole(payment, "amount_refunded") ?? 0,
        };
    }

    /// <summary>The metadata of a payment: at most three keys, so that two of our ids share one.</summary>
    public static Dictionary<string, string> Metadata(Guid attempt, Guid? capture, ProviderRequest request)
    {
        var metadata = new Dictionary<string, string> { ["attempt"] = $"{attempt:D}" };
        if (capture is { } captured)
            metadata["capture"] = $"{captured:D}";
        if (request.Payment is { } payment)
            metadata["payment"] = request.Account is { } account ? $"{payment.Value:D} {account.Value:D}" : $"{payment.Value:D}";
        return metadata;
    }
}

/// <summary>A mandate as far as we read it.</summary>
/// <param name="Reference">Names it towards the banks.</param>
/// <param name="NextChargeOn">The first day on which a payment of now can be collected; null where none can.</param>
internal sealed record GoCardlessMandate(
    string Id, string? Reference, string Scheme, string Status, DateTimeOffset CreatedAt, string? Customer, DateOnly? NextChargeOn)
{
    /// <summary>Whether its status is a word that is known here (developer.gocardless.com/api-reference, Mandates).</summary>
    public bool HasKnownStatus => IsOver || Status is "pending_customer_approval" or "pending_submission" or "submitted" or "active"
        or "suspended_by_payer";

    /// <summary>Whether no payment can be made with it any more.</summary>
    public bool IsOver => Status is "cancelled" or "failed" or "expired" or "consumed" or "blocked";

    /// <summary>Reads a mandate; null when anything of it is missing or wrong.</summary>
    public static GoCardlessMandate? TryRead(JsonElement mandate) =>
        StrictJson.Reference(mandate) is { } id && StrictJson.Text(mandate, "scheme") is { } scheme
        && StrictJson.Text(mandate, "status") is { } status && StrictJson.Moment(mandate, "created_at") is { } createdAt
            ? new GoCardlessMandate(
                id, StrictJson.Text(mandate, "reference"), scheme, status, createdAt, GoCardlessJson.Link(mandate, "customer"),
                DateOnly.TryParseExact(StrictJson.Text(mandate, "next_possible_charge_date"), "yyyy-MM-dd", out var day) ? day : null)
            : null;
}

/// <summary>An error as GoCardless says it.</summary>
/// <param name="Type">Such as <c>validation_failed</c>.</param>
/// <param name="Reasons">The reasons of its errors, and the fields that they are about.</param>
/// <param name="Conflicting">The object that the idempotency key made before; null for none.</param>
internal sealed record GoCardlessError(string Type, IReadOnlyList<string> Reasons, string? Conflicting)
{
    /// <summary>Whether GoCardless has looked at the request and done nothing.</summary>
    public bool IsRefusal => Type is "invalid_state" or "validation_failed" or "invalid_api_usage";

    /// <summary>Reads an error; null when the body is none of GoCardless's.</summary>
    public static GoCardlessError? TryRead(ReadOnlyMemory<byte> body)
    {
        using var document = StrictJson.TryParse(body);
        if (document is null || StrictJson.Object(document.RootElement, "error") is not { } error
            || StrictJson.Word(error, "type") is not { } type)
        {
            return null;
        }

        var errors = StrictJson.Objects(error, "errors") ?? [];
        return new GoCardlessError(
            type,
            [.. errors.SelectMany(one => new[] { StrictJson.Word(one, "reason"), StrictJson.Word(one, "field") }).OfType<string>()],
            errors.Where(one => StrictJson.Text(one, "reason") == "idempotent_creation_conflict")
                .Select(one => GoCardlessJson.Link(one, "conflicting_resource_id")).FirstOrDefault());
    }
}
