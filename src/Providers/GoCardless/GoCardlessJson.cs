using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Providers;
using Quittance.Providers.Http;

namespace Quittance.Providers.GoCardless;

/// <summary>Reads what GoCardless writes: an object, or a list of them, under the name of its resource.</summary>
internal static class GoCardlessJson
{
    public static JsonDocument? TryParse(ReadOnlyMemory<byte> body) => StrictJson.TryParse(body, depth: 16);

    /// <summary>The object of an answer; null where it is something else.</summary>
    public static T? Read<T>(ReadOnlyMemory<byte> body, string resource, Func<JsonElement, T?> read)
        where T : class
    {
        using var document = TryParse(body);
        return document is not null && StrictJson.Object(document.RootElement, resource) is { } one ? read(one) : null;
    }

    /// <summary>A page of a list, and where the next one begins, null for the last; null when it is something else.</summary>
    public static (IReadOnlyList<JsonElement> Items, string? After)? Page(JsonElement root, string resource)
    {
        if (StrictJson.Objects(root, resource) is not { } items || StrictJson.Object(root, "meta") is not { } meta
            || StrictJson.Object(meta, "cursors") is not { } cursors)
        {
            return null;
        }

        return !cursors.TryGetProperty("after", out var after) || after.ValueKind is JsonValueKind.String or JsonValueKind.Null
            ? (items, StrictJson.Text(cursors, "after")) : null;
    }

    /// <summary>An amount of the object's currency; null when it is something else.</summary>
    public static Money? Amount(JsonElement parent, string name) =>
        Minor(parent, name) is >= 0 and <= Money.MaxAmountMinor and var minor
        && Currency.TryParse(StrictJson.Text(parent, "currency"), out var currency)
            ? new Money(minor, currency) : null;

    public static long? Minor(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Number && member.TryGetInt64(out var minor)
            ? minor : null;

    /// <summary>A moment with its offset; null when it is something else.</summary>
    public static DateTimeOffset? Time(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String
        && member.TryGetDateTime(out var local) && local.Kind != DateTimeKind.Unspecified && member.TryGetDateTimeOffset(out var time)
            ? time : null;

    /// <summary>GoCardless's id of an object; null where it is none that can be kept.</summary>
    public static string? Id(JsonElement parent) => ProviderReference.Of(StrictJson.Text(parent, "id"));

    /// <summary>The id of an object that another one names.</summary>
    public static string? Link(JsonElement parent, string name) =>
        StrictJson.Object(parent, "links") is { } links ? ProviderReference.Of(StrictJson.Text(links, name)) : null;

    public static string? Metadata(JsonElement parent, string name) =>
        StrictJson.Object(parent, "metadata") is { } metadata ? StrictJson.Text(metadata, name) : null;

    /// <summary>An id of ours in the object's metadata.</summary>
    public static Guid? OfMetadata(JsonElement parent, string name) =>
        Guid.TryParseExact(Metadata(parent, name), "D", out var id) ? id : null;

    public static byte[] Body(string resource, object content) =>
        JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object> { [resource] = content });
}

/// <summary>A payment as far as we read it.</summary>
/// <param name="Attempt">Our authorisation, of its metadata.</param>
internal sealed record GoCardlessPayment(string Id, Guid? Attempt, Money Amount, string Status)
{
    public const string Resource = "payments";

    /// <summary>Our attempt that captured it, of its metadata.</summary>
    public Guid? Capture { get; init; }

    /// <summary>The payment, of its metadata.</summary>
    public Guid? Payment { get; init; }

    /// <summary>The customer's account, of its metadata.</summary>
    public Guid? Account { get; init; }

    /// <summary>How much of it was refunded.</summary>
    public long RefundedMinor { get; init; }

    /// <summary>Whether it has come to an end without money: nothing is held.</summary>
    public bool IsOver => Status is "failed" or "cancelled" or "customer_approval_denied";

    /// <summary>Reads a payment; null when anything of it is missing or wrong.</summary>
    public static GoCardlessPayment? TryRead(JsonElement payment)
    {
        if (GoCardlessJson.Id(payment) is not { } id || GoCardlessJson.Amount(payment, "amount") is not { } amount
            || StrictJson.Text(payment, "status") is not { } status)
        {
            return null;
        }

        var names = GoCardlessJson.Metadata(payment, "payment")?.Split(' ') ?? [];
        return new GoCardlessPayment(id, GoCardlessJson.OfMetadata(payment, "attempt"), amount, status)
        {
            Capture = GoCardlessJson.OfMetadata(payment, "capture"),
            Payment = names is [var ofPayment, ..] && Guid.TryParseExact(ofPayment, "D", out var paid) ? paid : null,
            Account = names is [_, var ofAccount] && Guid.TryParseExact(ofAccount, "D", out var account) ? account : null,
            RefundedMinor = GoCardlessJson.Minor(payment, "amount_refunded") ?? 0,
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

/// <summary>A refund as far as we read it.</summary>
/// <param name="Attempt">Our attempt, of its metadata.</param>
internal sealed record GoCardlessRefund(string Id, Guid? Attempt, string? Payment, Money Amount, string Status)
{
    public const string Resource = "refunds";

    /// <summary>Reads a refund; null when anything of it is missing or wrong.</summary>
    public static GoCardlessRefund? TryRead(JsonElement refund) =>
        GoCardlessJson.Id(refund) is { } id && GoCardlessJson.Amount(refund, "amount") is { } amount
        && StrictJson.Text(refund, "status") is { } status
            ? new GoCardlessRefund(
                id, GoCardlessJson.OfMetadata(refund, "attempt"), GoCardlessJson.Link(refund, "payment"), amount, status)
            : null;
}

/// <summary>A mandate as far as we read it.</summary>
/// <param name="Reference">Names it towards the banks.</param>
/// <param name="NextChargeOn">The first day on which a payment of now can be collected; null where none can.</param>
internal sealed record GoCardlessMandate(
    string Id, string? Reference, string Scheme, string Status, DateTimeOffset CreatedAt, string? Customer, DateOnly? NextChargeOn)
{
    public const string Resource = "mandates";

    /// <summary>Whether no payment can be made with it any more.</summary>
    public bool IsOver => Status is "cancelled" or "failed" or "expired" or "consumed" or "blocked";

    /// <summary>Reads a mandate; null when anything of it is missing or wrong.</summary>
    public static GoCardlessMandate? TryRead(JsonElement mandate) =>
        GoCardlessJson.Id(mandate) is { } id && StrictJson.Text(mandate, "scheme") is { } scheme
        && StrictJson.Text(mandate, "status") is { } status && GoCardlessJson.Time(mandate, "created_at") is { } createdAt
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
    public static GoCardlessError? TryRead(ReadOnlyMemory<byte> body) => GoCardlessJson.Read(body, "error", error =>
    {
        if (Word(StrictJson.Text(error, "type")) is not { } type)
            return null;
        var errors = StrictJson.Objects(error, "errors") ?? [];
        return new GoCardlessError(
            type,
            [
                .. errors.SelectMany(one => new[] { StrictJson.Text(one, "reason"), StrictJson.Text(one, "field") })
                    .Select(Word).OfType<string>(),
            ],
            errors.Where(one => StrictJson.Text(one, "reason") == "idempotent_creation_conflict")
                .Select(one => GoCardlessJson.Link(one, "conflicting_resource_id")).FirstOrDefault());
    });

    // Nothing but a word gets into a log.
    private static string? Word(string? text) =>
        text is { Length: > 0 and <= 60 } && text.All(static letter => char.IsAsciiLetterLower(letter) || letter == '_') ? text : null;
}
