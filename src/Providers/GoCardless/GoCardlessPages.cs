using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Providers.Http;

namespace Quittance.Providers.GoCardless;

/// <summary>
/// Billing requests for a mandate, and their flows: GoCardless's page on which a customer enters a bank account and gives its mandate
/// (developer.gocardless.com/billing-requests/overview).
/// </summary>
internal sealed class GoCardlessPages(HttpAccount account, HttpObjects objects)
{
    private const string Resource = "billing_requests";
    private const int LongestMetadata = 500;

    private static readonly ObjectKind<string> Requests = new(GoCardlessJson.Manner, Resource, one => StrictJson.Reference(one));

    private static readonly ObjectKind<Uri> Flows = new(
        GoCardlessJson.Manner, "billing_request_flows", flow => StrictJson.Address(flow, "authorisation_url"));

    public async Task<InstrumentPage?> OpenAsync(PageRequest request, CancellationToken cancel)
    {
        var id = $"{request.Session.Value:D}";
        var metadata = new Dictionary<string, string> { ["session"] = id, ["store"] = request.Stores ? "true" : "false" };
        // So that the page is found again; a longer address opens another page.
        if (request.ReturnTo.Length <= LongestMetadata)
            metadata["return"] = request.ReturnTo;
        var currency = request.Kind == InstrumentKind.UkAccount ? "GBP" : "EUR";
        var reply = await account.SendAsync(
            WireRequest.Json(
                Resource,
                GoCardlessJson.Body(
                    Resource,
                    new { mandate_request = new { scheme = GoCardlessWords.SchemeOf(request.Kind, currency), currency }, metadata })) with
            {
                Headers = [("Idempotency-Key", $"{id}-page-{request.Nth}")],
            }, request.Session, cancel);
        var made = reply switch
        {
            { Status: 200 or 201 } => Requests.Read(reply.Body),
            { Status: 409 } => GoCardlessError.TryRead(reply.Body)?.Conflicting,
            _ => null,
        };
        if (made is not null && await FlowAsync(made, request.ReturnTo, request.Session, cancel) is { } address)
            return new InstrumentPage(made, address);
        if (made is null && reply is not null)
            account.NoPage(request.Session, $"status {reply.Status}");
        return null;
    }

    public async Task<PageAnswer> FindAsync(string page, SessionId session, CancellationToken cancel)
    {
        var reply = await account.SendAsync(WireRequest.Get(HttpObjects.PathOf(Resource, page)), session, cancel);
        if (reply is { Status: 404 } && GoCardlessError.TryRead(reply.Body) is not null)
            return PageAnswer.Ended;
        using var document = reply is { Status: 200 } ? StrictJson.TryParse(reply.Body) : null;
        var answer = document is not null && StrictJson.Object(document.RootElement, Resource) is { } found
            && StrictJson.Reference(found) == page ? await AnswerAsync(found, session, cancel) : PageAnswer.Unknown;
        if (answer.State == PageState.Unknown && reply is not null)
            account.NoPage(session, $"an answer that can't be read, status {reply.Status}");
        return answer;
    }

    private async Task<PageAnswer> AnswerAsync(JsonElement found, SessionId session, CancellationToken cancel)
    {
        // Another session's customer entered it.
        if (StrictJson.OfMetadata(found, "session") != session.Value)
            return PageAnswer.Ended;
        switch (StrictJson.Text(found, "status"))
        {
            case "cancelled":
                return PageAnswer.Ended;
            case "pending" or "ready_to_fulfil" or "fulfilling":
                var address = StrictJson.Metadata(found, "return") is { } back
                    ? await FlowAsync(StrictJson.Reference(found)!, back, session, cancel) : null;
                return new PageAnswer(PageState.Open) { Address = address };
            case "fulfilled" when GoCardlessJson.Link(found, "mandate_request_mandate") is { } mandate:
                return await HeldAsync(found, mandate, cancel) is not { } held ? PageAnswer.Unknown
                    : new PageAnswer(PageState.Entered) { Entered = held, Stores = StrictJson.Metadata(found, "store") == "true" };
            default:
                return PageAnswer.Unknown;
        }
    }

    /// <summary>A flow through a billing request; null where GoCardless gives none. Several of one request are the same page.</summary>
    private async Task<Uri?> FlowAsync(string request, string returnTo, SessionId session, CancellationToken cancel)
    {
        var content = new { redirect_uri = returnTo, exit_uri = returnTo, links = new { billing_request = request } };
        if (await account.SendAsync(WireRequest.Json(Flows.Path, GoCardlessJson.Body(Flows.Path, content)), session, cancel)
            is not { } reply)
        {
            return null;
        }

        var page = reply.Status is 200 or 201 ? Flows.Read(reply.Body) : null;
        if (page is null)
            account.NoPage(session, $"status {reply.Status}");
        return page;
    }

    /// <summary>The bank account that the customer entered, with its mandate; null when anything of it is missing or wrong.</summary>
    private async Task<HeldInstrument?> HeldAsync(JsonElement found, string id, CancellationToken cancel)
    {
        var mandate = await objects.OneAsync(GoCardlessJson.Mandates, id, cancel);
        if (mandate?.Id != id || GoCardlessWords.ToScheme(mandate.Scheme) is not { } scheme
            || StrictJson.Object(found, "resources") is not { } resources
            || StrictJson.Object(resources, "customer_bank_account") is not { } bank
            || StrictJson.Text(bank, "account_number_ending") is not { Length: >= 2 and <= 4 } ending
            || !ending.All(char.IsAsciiLetterOrDigit))
        {
            return null;
        }

        // GoCardless says two digits of most accounts.
        var shown = new MaskedInstrument(GoCardlessWords.KindOf(scheme), ending.PadLeft(4, '·'))
        {
            Country = StrictJson.Text(bank, "country_code") is { Length: 2 } country && country.All(char.IsAsciiLetterUpper) ? country
                : null,
            Holder = StrictJson.Holder(bank, "account_holder_name"),
        };
        return new HeldInstrument(mandate.Id, mandate.Customer, shown)
        {
            Mandate = new Mandate(
                GoCardlessObjects.NameOf(mandate, scheme), scheme, DateOnly.FromDateTime(mandate.CreatedAt.UtcDateTime),
                MandateStatus.Active)
            {
                Source = MandateSource.ProviderPage,
            },
        };
    }
}
