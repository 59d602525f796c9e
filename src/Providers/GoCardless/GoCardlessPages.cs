using System.Text.Json;
using Microsoft.Extensions.Logging;
using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Providers.Http;

namespace Quittance.Providers.GoCardless;

/// <summary>
/// Billing requests for a mandate, and their flows: GoCardless's page on which a customer enters a bank account and gives its mandate
/// (developer.gocardless.com/billing-requests/overview).
/// </summary>
internal sealed class GoCardlessPages(HttpWire wire, ILogger log)
{
    private const string Resource = "billing_requests";
    private const string FlowResource = "billing_request_flows";
    private const int LongestMetadata = 500;

    public async Task<InstrumentPage?> OpenAsync(PageRequest request, CancellationToken cancel)
    {
        var id = $"{request.Session.Value:D}";
        var metadata = new Dictionary<string, string> { ["session"] = id, ["store"] = request.Stores ? "true" : "false" };
        // So that the page is found again; a longer address opens another page.
        if (request.ReturnTo.Length <= LongestMetadata)
            metadata["return"] = request.ReturnTo;
        var currency = request.Kind == InstrumentKind.UkAccount ? "GBP" : "EUR";
        var (reply, trouble) = await wire.SendAsync(
            WireRequest.Json(
                Resource,
                GoCardlessJson.Body(
                    Resource,
                    new { mandate_request = new { scheme = GoCardlessWords.SchemeOf(request.Kind, currency), currency }, metadata })) with
            {
                Headers = [("Idempotency-Key", $"{id}-page-{request.Nth}")],
            }, cancel);
        var made = reply switch
        {
            { Status: 200 or 201 } => GoCardlessJson.Read(reply.Body, Resource, GoCardlessJson.Id),
            { Status: 409 } => GoCardlessError.TryRead(reply.Body)?.Conflicting,
            _ => null,
        };
        if (made is not null && await FlowAsync(made, request.ReturnTo, request.Session, cancel) is { } address)
            return new InstrumentPage(made, address);
        if (made is null)
            ProviderLog.NoPage(log, GoCardlessProvider.ProviderName, request.Session.Value, trouble ?? $"status {reply!.Status}");
        return null;
    }

    public async Task<PageAnswer> FindAsync(string page, SessionId session, CancellationToken cancel)
    {
        var (reply, trouble) = await wire.SendAsync(WireRequest.Get($"{Resource}/{Uri.EscapeDataString(page)}"), cancel);
        if (reply is { Status: 404 } && GoCardlessError.TryRead(reply.Body) is not null)
            return PageAnswer.Ended;
        using var document = reply is { Status: 200 } ? GoCardlessJson.TryParse(reply.Body) : null;
        var answer = document is not null && StrictJson.Object(document.RootElement, Resource) is { } found
            && GoCardlessJson.Id(found) == page ? await AnswerAsync(found, session, cancel) : PageAnswer.Unknown;
        if (answer.State == PageState.Unknown)
        {
            ProviderLog.NoPage(
                log, GoCardlessProvider.ProviderName, session.Value, trouble ?? $"an answer that can't be read, status {reply!.Status}");
        }

        return answer;
    }

    private async Task<PageAnswer> AnswerAsync(JsonElement found, SessionId session, CancellationToken cancel)
    {
        // Another session's customer entered it.
        if (GoCardlessJson.OfMetadata(found, "session") != session.Value)
            return PageAnswer.Ended;
        switch (StrictJson.Text(found, "status"))
        {
            case "cancelled":
                return PageAnswer.Ended;
            case "pending" or "ready_to_fulfil" or "fulfilling":
                var address = GoCardlessJson.Metadata(found, "return") is { } back
                    ? await FlowAsync(GoCardlessJson.Id(found)!, back, session, cancel) : null;
                return new PageAnswer(PageState.Open) { Address = address };
            case "fulfilled" when GoCardlessJson.Link(found, "mandate_request_mandate") is { } mandate:
                return await HeldAsync(found, mandate, cancel) is not { } held ? PageAnswer.Unknown
                    : new PageAnswer(PageState.Entered) { Entered = held, Stores = GoCardlessJson.Metadata(found, "store") == "true" };
            default:
                return PageAnswer.Unknown;
        }
    }

    /// <summary>A flow through a billing request; null where GoCardless gives none. Several of one request are the same page.</summary>
    private async Task<Uri?> FlowAsync(string request, string returnTo, SessionId session, CancellationToken cancel)
    {
        var content = new { redirect_uri = returnTo, exit_uri = returnTo, links = new { billing_request = request } };
        var (reply, trouble) = await wire.SendAsync(
            WireRequest.Json(FlowResource, GoCardlessJson.Body(FlowResource, content)), cancel);
        var address = reply is { Status: 200 or 201 }
            ? GoCardlessJson.Read(reply.Body, FlowResource, flow => StrictJson.Text(flow, "authorisation_url")) : null;
        if (Uri.TryCreate(address, UriKind.Absolute, out var page) && page.Scheme is "http" or "https")
            return page;
        ProviderLog.NoPage(log, GoCardlessProvider.ProviderName, session.Value, trouble ?? $"status {reply!.Status}");
        return null;
    }

    /// <summary>The bank account that the customer entered, with its mandate; null when anything of it is missing or wrong.</summary>
    private async Task<HeldInstrument?> HeldAsync(JsonElement found, string id, CancellationToken cancel)
    {
        var (reply, _) = await wire.SendAsync(
            WireRequest.Get($"{GoCardlessMandate.Resource}/{Uri.EscapeDataString(id)}"), cancel);
        var mandate = reply is { Status: 200 }
            ? GoCardlessJson.Read(reply.Body, GoCardlessMandate.Resource, GoCardlessMandate.TryRead) : null;
        if (mandate is null || mandate.Id != id || GoCardlessWords.ToScheme(mandate.Scheme) is not { } scheme
            || StrictJson.Object(found, "resources") is not { } resources
            || StrictJson.Object(resources, "customer_bank_account") is not { } account
            || StrictJson.Text(account, "account_number_ending") is not { Length: >= 2 and <= 4 } ending
            || !ending.All(char.IsAsciiLetterOrDigit))
        {
            return null;
        }

        // GoCardless says two digits of most accounts.
        var shown = new MaskedInstrument(GoCardlessWords.KindOf(scheme), ending.PadLeft(4, '·'))
        {
            Country = StrictJson.Text(account, "country_code") is { Length: 2 } country && country.All(char.IsAsciiLetterUpper) ? country
                : null,
            Holder = HolderOf(StrictJson.Text(account, "account_holder_name")),
        };
        return new HeldInstrument(mandate.Id, mandate.Customer, shown)
        {
            Mandate = new Mandate(
                GoCardlessObjects.NameOf(mandate, scheme), scheme, DateOnly.FromDateTime(mandate.CreatedAt.UtcDateTime),
                MandateStatus.Active),
        };
    }

    // A customer can type anything into the name, such as the number of a card.
    private static string? HolderOf(string? name) =>
        name is { Length: > 0 and <= 200 } && CardNumberMask.Apply(name) == name ? name : null;
}
