using System.Text.Json;
using Microsoft.Extensions.Logging;
using Quittance.Core.Providers;
using Quittance.Providers.Http;

namespace Quittance.Providers.GoCardless;

/// <summary>What the events of a payment say.</summary>
/// <param name="WasTakenBack">Whether the bank had paid it, and took the money back then.</param>
/// <param name="Reason">Why it failed or was cancelled last.</param>
internal sealed record GoCardlessHistory(bool WasTakenBack, DeclineReason Reason);

/// <summary>
/// Finds payments and refunds: by GoCardless's id where the books have it, else in the list of the time around the authorisation by our id
/// in the metadata, which no search of GoCardless's looks at.
/// </summary>
internal sealed class GoCardlessPayments(HttpWire wire, ILogger log)
{
    private const int MostPages = 50;

    /// <summary>An authorisation is sent for a quarter of an hour after its attempt was opened; later it never arrives.</summary>
    public static readonly TimeSpan Around = TimeSpan.FromMinutes(25);

    public Task<HttpReply?> SendAsync(WireRequest sent, Verb verb, ProviderRequest request, CancellationToken cancel) =>
        wire.SendAsync(sent, GoCardlessProvider.ProviderName, verb, request, log, cancel);

    /// <summary>GoCardless's id of the request's authorisation; null where it has none. And whether that is clear.</summary>
    public async Task<(string? Id, bool IsKnown)> IdOfAuthorisationAsync(ProviderRequest request, Verb verb, CancellationToken cancel)
    {
        if (KnownId(request, verb) is { } known)
            return (known, true);
        var (payment, isKnown) = await OfAuthorisationAsync(request, verb, cancel);
        return (payment?.Id, isKnown);
    }

    /// <summary>The payment of the request's authorisation; null where GoCardless has none. And whether that is clear.</summary>
    public async Task<(GoCardlessPayment? Payment, bool IsKnown)> OfAuthorisationAsync(
        ProviderRequest request, Verb verb, CancellationToken cancel)
    {
        var authorisation = (request.Authorisation ?? request.Id).Value;
        if (KnownId(request, verb) is { } known)
        {
            // A 404 comes with a token of another account or of the other world: GoCardless has what it named.
            var payment = await OneAsync(GoCardlessPayment.Resource, known, GoCardlessPayment.TryRead, verb, request, cancel);
            return payment?.Id == known && payment.Attempt == authorisation ? (payment, true) : (null, false);
        }

        // In the list of another time, it would be missed.
        if ((verb == Verb.Authorise ? request.OpenedAt : request.AuthorisationOpenedAt) is not { } at)
            return (null, false);
        return await InListAsync(
            GoCardlessPayment.Resource, $"created_at[gte]={Text(at - Around)}&created_at[lte]={Text(at + Around)}", authorisation,
            GoCardlessPayment.TryRead, verb, request, cancel);
    }

    /// <summary>The refund of a request; null where GoCardless has none. And whether that is clear.</summary>
    public async Task<(GoCardlessRefund? Refund, bool IsKnown)> RefundAsync(
        string payment, ProviderRequest request, CancellationToken cancel)
    {
        if (request.Reference is not { } known)
        {
            return await InListAsync(
                GoCardlessRefund.Resource, $"payment={Uri.EscapeDataString(payment)}", request.Id.Value, GoCardlessRefund.TryRead,
                Verb.Refund, request, cancel);
        }

        var refund = await OneAsync(GoCardlessRefund.Resource, known, GoCardlessRefund.TryRead, Verb.Refund, request, cancel);
        return refund?.Id == known ? (refund, true) : (null, false);
    }

    /// <summary>An object by GoCardless's id; null where there is no clear answer.</summary>
    public async Task<T?> OneAsync<T>(
        string resource, string id, Func<JsonElement, T?> read, Verb verb, ProviderRequest request, CancellationToken cancel)
        where T : class =>
        await SendAsync(WireRequest.Get($"{resource}/{Uri.EscapeDataString(id)}"), verb, request, cancel) is { Status: 200 } reply
            ? GoCardlessJson.Read(reply.Body, resource, read) : null;

    /// <summary>What happened to a payment; null where there is no clear answer. A payment's status does not say why it failed.</summary>
    public async Task<GoCardlessHistory?> HistoryAsync(string payment, CancellationToken cancel)
    {
        if (await wire.ListedAsync(
            $"events?limit=100&payment={Uri.EscapeDataString(payment)}", GoCardlessProvider.ProviderName, log, cancel) is not { } body)
        {
            return null;
        }

        using var document = GoCardlessJson.TryParse(body);
        if (document is null || GoCardlessJson.Page(document.RootElement, "events") is not var (events, _))
            return null;
        var (wasConfirmed, wasTakenBack, reason) = (false, false, DeclineReason.Declined);
        // The newest come first.
        foreach (var one in events.Reverse())
        {
            switch (StrictJson.Text(one, "action"))
            {
                case "confirmed" or "paid_out":
                    wasConfirmed = true;
                    break;
                case "charged_back":
                    wasTakenBack = true;
                    break;
                case "failed" or "cancelled" or "customer_approval_denied":
                    wasTakenBack |= wasConfirmed;
                    reason = GoCardlessWords.ToReason(
                        StrictJson.Object(one, "details") is { } details ? StrictJson.Text(details, "cause") : null);
                    break;
            }
        }

        return new GoCardlessHistory(wasTakenBack, reason);
    }

    /// <summary>A moment as a list takes it.</summary>
    public static string Text(DateTimeOffset moment) => $"{moment.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ}";

    // The payment carries an authorisation, its capture and its void.
    private static string? KnownId(ProviderRequest request, Verb verb) => verb switch
    {
        Verb.Authorise => request.Reference,
        Verb.Capture or Verb.Void => request.AuthorisationReference ?? request.Reference,
        Verb.Refund => request.AuthorisationReference,
    };

    /// <summary>Reads a list until an object of ours is found. Other people's objects need not be readable.</summary>
    private async Task<(T? Found, bool IsKnown)> InListAsync<T>(
        string resource, string filter, Guid attempt, Func<JsonElement, T?> read, Verb verb, ProviderRequest request,
        CancellationToken cancel)
        where T : class
    {
        var after = "";
        for (var page = 0; page < MostPages; page++)
        {
            if (await SendAsync(WireRequest.Get($"{resource}?limit=100&{filter}{after}"), verb, request, cancel)
                is not { Status: 200 } reply)
            {
                return (null, false);
            }

            using var document = GoCardlessJson.TryParse(reply.Body);
            if (document is null || GoCardlessJson.Page(document.RootElement, resource) is not var (items, next))
                return (null, false);
            foreach (var one in items)
            {
                if (GoCardlessJson.OfMetadata(one, "attempt") == attempt)
                    return read(one) is { } found ? (found, true) : (null, false);
            }

            if (next is null)
                return (null, true);
            after = $"&after={Uri.EscapeDataString(next)}";
        }

        return (null, false);
    }
}
