using System.Text.Json;
using Quittance.Core.Providers;
using Quittance.Providers.Http;

namespace Quittance.Providers.GoCardless;

/// <summary>
/// Lists what changed in a time: the events of payments, then those of refunds, each with its object as it stands. A page is named by the
/// resource and GoCardless's cursor.
/// </summary>
internal sealed class GoCardlessChanges(HttpAccount account, GoCardlessObjects objects)
{
    private static readonly string Payments = GoCardlessJson.Payments.Path;

    public async Task<ProviderRecords?> ListAsync(DateTimeOffset from, DateTimeOffset until, string? page, CancellationToken cancel)
    {
        var (resource, cursor) = page?.Split(' ') is [var known, var after] ? (known, after) : (Payments, "");
        var include = resource == Payments ? "payment" : "refund";
        var path = $"events?limit=100&resource_type={resource}&include={include}"
            + $"&created_at[gte]={GoCardlessJson.Text(from)}&created_at[lt]={GoCardlessJson.Text(until)}"
            + (cursor.Length == 0 ? "" : $"&after={Uri.EscapeDataString(cursor)}");
        if (await account.ShownAsync(path, cancel) is not { } body)
            return null;
        using var document = StrictJson.TryParse(body);
        if (document is null || GoCardlessJson.Page(document.RootElement, "events") is not { } events)
            return Unlisted("its list of events can't be read");
        var linked = StrictJson.Object(document.RootElement, "linked") is { } all ? StrictJson.Objects(all, resource) ?? [] : [];
        var standing = linked.Where(one => StrictJson.Reference(one) is not null)
            .DistinctBy(one => StrictJson.Reference(one)).ToDictionary(one => StrictJson.Reference(one)!);
        List<ListedRequest> requests = [];
        List<ListedDispute> disputes = [];
        foreach (var one in events.Items)
        {
            if (StrictJson.Moment(one, "created_at") is not { } at || GoCardlessJson.Link(one, include) is not { } name
                || !standing.TryGetValue(name, out var about))
            {
                return Unlisted("an event can't be read");
            }

            var isRead = resource == Payments ? await TryAddAsync(about, at, requests, disputes, cancel)
                : await TryAddAsync(about, at, requests, cancel);
            if (!isRead)
                return Unlisted($"{name} can't be read");
        }

        var following = events.Next is { } next ? $"{resource} {next}" : resource == Payments
            ? $"{GoCardlessJson.Refunds.Path} " : null;
        return new ProviderRecords(requests, disputes, following);
    }

    /// <summary>Adds a payment; false where it can't be read.</summary>
    private async Task<bool> TryAddAsync(
        JsonElement about, DateTimeOffset at, List<ListedRequest> requests, List<ListedDispute> disputes, CancellationToken cancel)
    {
        if (GoCardlessPayment.TryRead(about) is not { } payment)
            return false;
        // A merchant may have other payments at GoCardless, which are not in the books.
        if (payment.Attempt is not { } attempt)
            return true;
        var history = payment.IsOver || payment.IsPaid
            ? await objects.HistoryAsync(payment.Id, cancel) : new GoCardlessHistory(payment.Status == "charged_back", default);
        if (history is null)
            return false;
        requests.AddRange(RequestsOf(payment, attempt, history, at));
        if (history.WasTakenBack)
            disputes.Add(objects.DisputeOf(payment, attempt, at));
        return true;
    }

    /// <summary>Adds a refund; false where it can't be read.</summary>
    private async Task<bool> TryAddAsync(JsonElement about, DateTimeOffset at, List<ListedRequest> requests, CancellationToken cancel)
    {
        if (GoCardlessJson.Refund(about) is not { } refund)
            return false;
        var (authorisation, isKnown) = await objects.AuthorisationOfAsync(refund, cancel);
        if (authorisation is { } ours)
            requests.Add(account.Listed(refund, ours, at));
        return isKnown;
    }

    /// <summary>
    /// The authorisation and the capture of a payment. A payment that is over without a capture holds no money, and has neither.
    /// </summary>
    private IEnumerable<ListedRequest> RequestsOf(
        GoCardlessPayment payment, Guid attempt, GoCardlessHistory history, DateTimeOffset at)
    {
        // GoCardless collects a payment without a capture, too.
        var capture = payment.Capture ?? (payment.IsPaid || history.WasTakenBack
            ? account.IdOfCapture(payment.Payment, payment.Id) : null);
        if (payment.IsOver && capture is null)
            yield break;
        if (!payment.HasKnownStatus)
            account.WordUnknown("payment", payment.Id, payment.Status);
        var answer = !payment.HasKnownStatus ? ProviderAnswer.Unknown
            : payment.Status == "pending_customer_approval" ? ProviderAnswer.Pending : ProviderAnswer.Approved;
        yield return new ListedRequest(attempt, Verb.Authorise, attempt, payment.Amount, answer with { Reference = payment.Id }, at)
        {
            Payment = payment.Payment,
            Account = payment.Account,
        };
        if (capture is not { } captured)
            yield break;
        var collected = !payment.HasKnownStatus ? ProviderAnswer.Unknown
            : history.WasTakenBack || payment.IsPaid ? ProviderAnswer.Approved
            : payment.IsOver ? ProviderAnswer.Declined(history.Reason) : ProviderAnswer.Pending;
        yield return new ListedRequest(
            captured, Verb.Capture, attempt, payment.Amount, collected with { Reference = payment.Id }, at);
    }

    private ProviderRecords? Unlisted(string what)
    {
        account.NotShown(what);
        return null;
    }
}
