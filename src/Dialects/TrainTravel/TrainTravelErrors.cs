using Microsoft.AspNetCore.Http;
using Quittance.Core;
using Quittance.Core.Bookings;
using Quittance.Dialects.Http;
using Quittance.Dialects.Http.Json;
using Quittance.Dialects.OpenApi;

namespace Quittance.Dialects.TrainTravel;

/// <summary>A problem of Train Travel (Train Travel 3.8).</summary>
public sealed record TrainTravelProblem(int Status, string Type, string Detail) : Problem(Status, Type, Detail)
{
    // RFC 7807 named it, and RFC 9457 kept it.
    internal const string Namespace = "urn:ietf:rfc:7807";

    /// <summary>The answer with the problem, in the form that the request prefers.</summary>
    /// <param name="http">The request.</param>
    /// <param name="address">Where clients reach this server.</param>
    public Answer ToAnswer(HttpContext http, PublicAddress address)
    {
        var format = DocumentFormats.Accepted(http.Request) ?? DocumentFormat.Json;
        var instance = http.Request.Path.ToUriComponent();
        var shown = new ProblemAt(this, address, instance);
        return DocumentWriter.Answer(
            Status, format, "problem", writer => TrainTravelResponses.Problem.Write(writer, shown), Namespace, "problem+") with
        {
            RetryAfterSeconds = Status == StatusCodes.Status503ServiceUnavailable ? 1 : null,
        };
    }
}

/// <summary>The errors of Train Travel (Train Travel 3.8, 5.2).</summary>
public static class TrainTravelErrors
{
    /// <summary>The booking does not exist, or belongs to another traveller: both get the same answer.</summary>
    public static TrainTravelProblem BookingUnknown { get; } = NotFound("No such booking.");

    /// <summary>No trip has this id.</summary>
    public static TrainTravelProblem TripUnknown { get; } = NotFound("No such trip.");

    /// <summary>No station has this id.</summary>
    public static TrainTravelProblem StationUnknown { get; } = NotFound("No such station.");

    /// <summary>The train has left.</summary>
    public static TrainTravelProblem Departed { get; } = Conflict("departed", "The train has left.");

    /// <summary>The train takes no bicycles.</summary>
    public static TrainTravelProblem NoBicycles { get; } = Conflict("bicycle-not-allowed", "This trip takes no bicycles.");

    /// <summary>The train takes no dogs.</summary>
    public static TrainTravelProblem NoDogs { get; } = Conflict("dog-not-allowed", "This trip takes no dogs.");

    /// <summary>The booking is paid for (Train Travel 5.14).</summary>
    public static TrainTravelProblem Paid { get; } = Conflict("booking-paid", "The booking is paid for, and there are no refunds.");

    /// <summary>The booking is being paid for (Train Travel 4.8).</summary>
    public static TrainTravelProblem BeingPaid { get; } =
        Conflict("payment-under-way", "The booking is being paid for. Ask again in a moment.");

    private static TrainTravelProblem TriesExhausted { get; } = Conflict(
        "tries-exhausted", "Too many payments were declined, of this booking, with this card or of late. Pay in another way, or later.");

    // No provider of the merchant charges such a source.
    private static TrainTravelProblem SourceNotTaken { get; } = Conflict(
        "source-not-taken", "The company charges no such card or bank account. Pay in another way.");

    private static TrainTravelProblem SoldOut { get; } = Conflict("sold-out", "No seat is left on this train.");

    /// <summary>Neither form of the resource is acceptable (Train Travel 5.17).</summary>
    public static TrainTravelProblem NotAcceptable { get; } =
        new(StatusCodes.Status406NotAcceptable, "not-acceptable", "Accept application/json or application/xml.");

    /// <summary>The time to pay is over (Train Travel 5.2).</summary>
    public static TrainTravelProblem HoldExpired(Booking booking) => Conflict(
        "hold-expired", $"The hold on this booking ended at {booking.HeldUntil.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}. Book the trip again.");

    /// <summary>An error before or around an operation.</summary>
    /// <param name="detail">The text about it; null for its usual text.</param>
    public static TrainTravelProblem Of(EdgeFault fault, string? detail = null) => fault switch
    {
        EdgeFault.Unauthenticated => new(StatusCodes.Status401Unauthorized, "unauthorized", "A valid access token is needed."),
        EdgeFault.Forbidden => new(StatusCodes.Status403Forbidden, "forbidden", "The access token does not permit this."),
        EdgeFault.RateLimited =>
            new(StatusCodes.Status429TooManyRequests, "too-many-requests", "Too many requests. Wait as long as Retry-After says."),
        EdgeFault.PathUnknown => NotFound("There is nothing at this address."),
        EdgeFault.MethodNotAllowed =>
            new(StatusCodes.Status405MethodNotAllowed, "method-not-allowed", detail ?? "The address knows other methods."),
        EdgeFault.MediaTypeUnsupported => new(
            StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type",
            detail ?? "Send the body in UTF-8 as application/json, or where this is offered as application/xml."),
        EdgeFault.BodyTooLarge => new(StatusCodes.Status413PayloadTooLarge, "content-too-large", "The body is too large."),
        EdgeFault.BodyBroken => BadRequest("The body ends too early or is broken."),
        EdgeFault.KeyMalformed => BadRequest("The Idempotency-Key must be one text of 1 to 255 characters."),
        EdgeFault.Overloaded => Unavailable("Too much is waiting just now, and nothing was done. Send the request again."),
        EdgeFault.Unavailable => Unavailable("The books can't be reached just now. Send the request again."),
        EdgeFault.Held => Unavailable(
            "The books were restored, and are compared with the providers before they take changes. Send the request again later."),
        EdgeFault.TakenOn => Conflict(
            "taken-on", "The request was taken on, and its answer can't be read just now. Look the booking up before you send the request "
            + "again."),
        EdgeFault.OutcomeUnknown => new(
            StatusCodes.Status500InternalServerError, "outcome-unknown",
            "The request may have been carried out: its outcome is not known yet. Repeat it under its Idempotency-Key, "
            + "or look the booking up before you send it again."),
        EdgeFault.Internal => new(StatusCodes.Status500InternalServerError, "internal-server-error", "Something went wrong on our side."),
    };

    /// <summary>The problems that the API knows, each type once, for the pages that explain them.</summary>
    public static IReadOnlyList<Problem> Known { get; } =
    [
        .. Enum.GetValues<EdgeFault>().Select(fault => Of(fault))
            .Concat([BookingUnknown, Departed, NoBicycles, NoDogs, Paid, BeingPaid, NotAcceptable, TriesExhausted, SourceNotTaken, SoldOut])
            .Append(Conflict("hold-expired", "The hold on the booking has ended. Book the trip again."))
            .Append(Conflict("balance-out-of-range", "The books can't take so large a sum."))
            .Append(Conflict("idempotency-key-reused", "The Idempotency-Key was used before for another request."))
            .Append(BadRequest("The amount is not what the booking costs.") with { Type = "amount-mismatch" })
            .Append(BadRequest("The currency is not that of the booking.") with { Type = "currency-mismatch" })
            .DistinctBy(problem => problem.Type),
    ];

    /// <summary>A body that can't be read.</summary>
    public static TrainTravelProblem Of(JsonFault fault) => BadRequest(fault.Message);

    /// <summary>A request with things wrong in it.</summary>
    /// <param name="what">The object of which they are members, such as <c>payment</c>.</param>
    public static TrainTravelProblem Of(string what, IReadOnlyList<InputFault> faults) => faults is [{ Pointer: "" } whole, ..]
        ? BadRequest($"The body {whole.Detail}.")
        : BadRequest(faults.Count == 1 ? $"1 member of the {what} is invalid."
            : $"{faults.Count} members of the {what} are invalid.") with
        { Faults = faults };

    /// <summary>A command that the engine refused.</summary>
    /// <param name="refusal">Why.</param>
    /// <param name="booking">The booking that it is about.</param>
    public static TrainTravelProblem Of(Refusal refusal, Booking booking) => (refusal.Class(), refusal) switch
    {
        (_, Refusal.ChargeClaimed) => BeingPaid,
        (_, Refusal.BookingUnknown) => BookingUnknown,
        (_, Refusal.BookingConfirmed) => Paid,
        (_, Refusal.BookingExpired) => HoldExpired(booking),
        (_, Refusal.TriedOut) => TriesExhausted,
        (_, Refusal.ChoiceNotOffered) => SourceNotTaken,
        (_, Refusal.SoldOut) => SoldOut,
        (_, Refusal.BalanceOutOfRange) => Conflict("balance-out-of-range", "The books can't take so large a sum."),
        (RefusalClass.Busy, _) => Of(EdgeFault.Overloaded),
        (RefusalClass.Unavailable, _) => Of(EdgeFault.Unavailable),
        (RefusalClass.Held, _) => Of(EdgeFault.Held),
        (RefusalClass.UnderWay, _) => BeingPaid,
        (RefusalClass.Reused, _) => Conflict("idempotency-key-reused", "The Idempotency-Key was used before for another request."),
        // A booking asks for nothing that could be refused so.
        (RefusalClass.Unknown or RefusalClass.Conflict or RefusalClass.Invalid or RefusalClass.BackOffice, _) =>
            throw new InvalidOperationException($"A booking can't be refused with {refusal}."),
    };

    /// <summary>Something is wrong with the request.</summary>
    public static TrainTravelProblem BadRequest(string detail) => new(StatusCodes.Status400BadRequest, "bad-request", detail);

    private static TrainTravelProblem NotFound(string detail) => new(StatusCodes.Status404NotFound, "not-found", detail);

    private static TrainTravelProblem Conflict(string type, string detail) => new(StatusCodes.Status409Conflict, type, detail);

    private static TrainTravelProblem Unavailable(string detail) => new(StatusCodes.Status503ServiceUnavailable, "unavailable", detail);
}
