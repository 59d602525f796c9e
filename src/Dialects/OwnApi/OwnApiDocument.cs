using Quittance.Dialects.OpenApi;
using static Quittance.Dialects.OpenApi.Parameter;
using static Quittance.Dialects.OpenApi.Shape;

namespace Quittance.Dialects.OwnApi;

/// <summary>The document of Quittance's own API as a whole, and the parts that operations of several resources share.</summary>
internal static class OwnApiDocument
{
    public static readonly Parameter[] OfPages =
    [
        InQuery(OwnApiQuery.Cursor, Text("The `next` of the last part: where this part begins.")),
        InQuery(OwnApiQuery.Limit, Whole("How many items a part has; 100 without it.", 1, OwnApiQuery.MostItems)),
    ];

    public static readonly Parameter OfAccount = InQuery("account", Text("Only those of this account: its id or your reference."));

    /// <summary>The whole.</summary>
    public static ApiDescription Api { get; } = new(
        "Quittance", "Customers' accounts, what they owe and what they paid, whichever API it came through. Amounts are decimal texts with "
        + "their currency. Lists come in parts: `next` is the `cursor` of the next part. A refusal is a problem of RFC 9457, and its "
        + "`errors` name the fields.",
        OwnApiResponses.Problem)
    {
        Security =
        [
            Security.OAuth(
                "bearer", OwnApiRoutes.Setup.OfferedScopes,
                "`Authorization: Bearer`, with the secret of a credential or an access token of the authorisation server."),
        ],
        RefusalMediaTypes = ["application/problem+json"],
    };

    public static SentHeader TagOf(string what) => new("ETag", Text($"Which state of the {what} it is, for `If-Match`."));

    public static Parameter OfIdOrReference => InPath(OwnApiRoutes.Id, Text("Its id, or your reference for it."));

    public static Parameter OfId => InPath(OwnApiRoutes.Id, Text("Its id."));

    public static Reply Invalid => new(400, "Something in the request is not valid.");

    /// <param name="what">The things that the request may name, such as <c>payment or charge</c>.</param>
    public static Reply NoSuch(string what) => new(404, $"There is no such {what}.");

    /// <summary>Every operation that writes takes a key.</summary>
    /// <param name="why">Other reasons, a sentence without its full stop; null for none.</param>
    public static Reply Conflict(string? why = null) =>
        new(409, $"{(why is null ? "The" : $"{why}; or the")} Idempotency-Key was used for another request.");
}
