using System.Text.Json;
using Microsoft.Extensions.Logging;
using Quittance.Core.Providers;
using Quittance.Providers.Http;

namespace Quittance.Providers.Stripe;

/// <summary>
/// Finds intents and refunds: by Stripe's id where the books have it, else in the list of the time around the authorisation by our id in
/// the metadata. Stripe's search may lag an hour behind, so it is never used.
/// </summary>
internal sealed class StripeIntents(HttpWire wire, ILogger log)
{
    private const int MostPages = 50;

    // An authorisation is sent for a quarter of an hour after its attempt was opened.
    private static readonly TimeSpan Around = TimeSpan.FromMinutes(25);

    public Task<HttpReply?> SendAsync(WireRequest sent, Verb verb, ProviderRequest request, CancellationToken cancel) =>
        wire.SendAsync(sent, StripeProvider.ProviderName, verb, request, log, cancel);

    /// <summary>The intent that an answer is; null for anything else.</summary>
    public static StripeIntent? Read(HttpReply reply)
    {
        using var document = StripeJson.TryParse(reply.Body);
        return document is null ? null : StripeIntent.TryRead(document.RootElement);
    }

    /// <summary>Stripe's id of the request's authorisation; null where Stripe has none. And whether that is clear.</summary>
    public async Task<(string? Id, bool IsKnown)> IdOfAuthorisationAsync(ProviderRequest request, Verb verb, CancellationToken cancel)
    {
        if (KnownId(request, verb) is { } known)
            return (known, true);
        var (intent, isKnown) = await OfAuthorisationAsync(request, verb, cancel);
        return (intent?.Id, isKnown);
    }

    /// <summary>The intent of the request's authorisation; null where Stripe has none. And whether that is clear.</summary>
    public async Task<(StripeIntent? Intent, bool IsKnown)> OfAuthorisationAsync(
        ProviderRequest request, Verb verb, CancellationToken cancel)
    {
        var authorisation = (request.Authorisation ?? request.Id).Value;
        if (KnownId(request, verb) is { } known)
        {
            // A 404 comes with a key of another account or of the other mode: Stripe has what it named.
            var reply = await SendAsync(WireRequest.Get($"v1/payment_intents/{Uri.EscapeDataString(known)}"), verb, request, cancel);
            return reply is { Status: 200 } && Read(reply) is { } intent && intent.Id == known && intent.Attempt == authorisation
                ? (intent, true) : (null, false);
        }

        // In the list of another time, it would be missed.
        if ((verb == Verb.Authorise ? request.OpenedAt : request.AuthorisationOpenedAt) is not { } at)
            return (null, false);
        var time = $"created[gte]={(at - Around).ToUnixTimeSeconds()}&created[lte]={(at + Around).ToUnixTimeSeconds()}";
        return await InListAsync(
            $"v1/payment_intents?limit=100&{time}", authorisation, StripeIntent.TryRead, verb, request, cancel);
    }

    /// <summary>The refund of a request; null where Stripe has none. And whether that is clear.</summary>
    public Task<(StripeRefund? Refund, bool IsKnown)> RefundAsync(string intent, ProviderRequest request, CancellationToken cancel) =>
        InListAsync(
            $"v1/refunds?limit=100&payment_intent={Uri.EscapeDataString(intent)}", request.Id.Value, StripeRefund.TryRead, Verb.Refund,
            request, cancel);

    // The intent carries an authorisation, its capture and its void.
    private static string? KnownId(ProviderRequest request, Verb verb) => verb switch
    {
        Verb.Authorise => request.Reference,
        Verb.Capture or Verb.Void => request.AuthorisationReference ?? request.Reference,
        Verb.Refund => request.AuthorisationReference,
    };

    /// <summary>Reads a list until an object of ours is found. Other people's objects need not be readable.</summary>
    private async Task<(T? Found, bool IsKnown)> InListAsync<T>(
        string path, Guid attempt, Func<JsonElement, T?> read, Verb verb, ProviderRequest request, CancellationToken cancel)
        where T : class
    {
        var after = "";
        for (var page = 0; page < MostPages; page++)
        {
            if (await SendAsync(WireRequest.Get(path + after), verb, request, cancel) is not { Status: 200 } reply)
                return (null, false);
            using var document = StripeJson.TryParse(reply.Body);
            if (document?.RootElement is not { } list || StripeJson.Page(list) is not var (data, hasMore))
                return (null, false);

            foreach (var one in data)
            {
                if (StripeJson.OfMetadata(one, "attempt") == attempt)
                    return read(one) is { } found ? (found, true) : (null, false);
            }

            if (!hasMore)
                return (null, true);
            if (data.Count == 0 || StripeJson.Id(data[^1]) is not { } last)
                return (null, false);
            after = $"&starting_after={Uri.EscapeDataString(last)}";
        }

        return (null, false);
    }
}
