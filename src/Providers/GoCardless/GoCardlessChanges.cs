using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Quittance.Core.Providers;
using Quittance.Providers.Http;

namespace Quittance.Providers.GoCardless;

/// <summary>
/// Lists what changed in a time: the events of payments, then those of refunds, each with its object as it stands. A page is named by the
/// resource and GoCardless's cursor.
/// </summary>
internal sealed class GoCardlessChanges(HttpWire wire, GoCardlessPayments payments, ILogger log)
{
    public async Task<ProviderRecords?> ListAsync(DateTimeOffset from, DateTimeOffset until, string? page, CancellationToken cancel)
    {
        var (resource, cursor) = page?.Split(' ') is [var known, var after] ? (known, after) : (GoCardlessPayment.Resource, "");
        var include = resource == GoCardlessPayment.Resource ? "payment" : "refund";
        var path = $"events?limit=100&resource_type={resource}&include={include}"
            + $"&created_at[gte]={GoCardlessPayments.Text(from)}&created_at[lt]={GoCardlessPayments.Text(until)}"
            + (cursor.Length == 0 ? "" : $"&after={Uri.EscapeDataString(cursor)}");
        if (await wire.ListedAsync(path, GoCardlessProvider.ProviderName, log, cancel) is not { } body)
            return null;
        using var document = GoCardlessJson.TryParse(body);
        if (document is null || GoCardlessJson.Page(document.RootElement, "events") is not var (events, next))
            return Unlisted("its list of events can't be read");
        var linked = StrictJson.Object(document.RootElement, "linked") is { } all ? StrictJson.Objects(all, resource) ?? [] : [];
        var objects = linked.Where(one => GoCardlessJson.Id(one) is not null)
            .DistinctBy(GoCardlessJson.Id).ToDictionary(one => GoCardlessJson.Id(one)!);
        List<ListedRequest> requests = [];
        List<ListedDispute> disputes = [];
        foreach (var one in events)
        {
            if (GoCardlessJson.Time(one, "created_at") is not { } at || GoCardlessJson.Link(one, include) is not { } name
                || !objects.TryGetValue(name, out var about))
            {
                return Unlisted("an event can't be read");
            }

            var isRead = resource == GoCardlessPayment.Resource ? await TryAddAsync(about, at, requests, disputes, cancel)
                : await TryAddAsync(about, at, requests, cancel);
            if (!isRead)
                return Unlisted($"{name} can't be read");
        }

        var following = next is not null ? $"{resource} {next}" : resource == GoCardlessPayment.Resource
            ? $"{GoCardlessRefund.Resource} " : null;
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
        var history = payment.IsOver || payment.Status is "confirmed" or "paid_out"
            ? await payments.HistoryAsync(payment.Id, cancel) : new GoCardlessHistory(payment.Status == "charged_back", default);
        if (history is null)
            return false;
        requests.AddRange(RequestsOf(payment, attempt, history, at));
        if (history.WasTakenBack)
            disputes.Add(GoCardlessObjects.DisputeOf(payment, attempt, at));
        return true;
    }

    /// <summary>Adds a refund; false where it can't be read.</summary>
    private async Task<bool> TryAddAsync(JsonElement about, DateTimeOffset at, List<ListedRequest> requests, CancellationToken cancel)
    {
        if (GoCardlessRefund.TryRead(about) is not { } refund)
            return false;
        var authorisation = GoCardlessJson.OfMetadata(about, "authorisation");
        if (authorisation is null && refund.Payment is { } of)
        {
            // A person made it at GoCardless's console.
            if (await wire.ListedAsync($"payments/{Uri.EscapeDataString(of)}", GoCardlessProvider.ProviderName, log, cancel) is not { } body
                || GoCardlessJson.Read(body, GoCardlessPayment.Resource, GoCardlessPayment.TryRead) is not { } payment)
            {
                return false;
            }

            authorisation = payment.Attempt;
        }

        if (authorisation is { } ours)
        {
            requests.Add(new ListedRequest(
                refund.Attempt ?? IdOf($"refund {refund.Id}"), Verb.Refund, ours, refund.Amount,
                AnswerOf(refund.Status) with { Reference = refund.Id }, at));
        }

        return true;
    }

    /// <summary>The authorisation and the capture of a payment. One that is over without a capture holds no money, and is none.</summary>
    private static IEnumerable<ListedRequest> RequestsOf(
        GoCardlessPayment payment, Guid attempt, GoCardlessHistory history, DateTimeOffset at)
    {
        // GoCardless collects a payment that nobody captured, too.
        var capture = payment.Capture ?? (payment.Status is "confirmed" or "paid_out" || history.WasTakenBack
            ? IdOf($"capture {payment.Id}") : null);
        if (payment.IsOver && capture is null)
            yield break;
        var answer = payment.Status == "pending_customer_approval" ? ProviderAnswer.Pending : ProviderAnswer.Approved;
        yield return new ListedRequest(attempt, Verb.Authorise, attempt, payment.Amount, answer with { Reference = payment.Id }, at)
        {
            Payment = payment.Payment,
            Account = payment.Account,
        };
        if (capture is not { } captured)
            yield break;
        var collected = history.WasTakenBack || payment.Status is "confirmed" or "paid_out" ? ProviderAnswer.Approved
            : payment.IsOver ? ProviderAnswer.Declined(history.Reason) : ProviderAnswer.Pending;
        yield return new ListedRequest(
            captured, Verb.Capture, attempt, payment.Amount, collected with { Reference = payment.Id }, at);
    }

    private static ProviderAnswer AnswerOf(string refund) => refund switch
    {
        "paid" => ProviderAnswer.Approved,
        "cancelled" or "bounced" or "funds_returned" => ProviderAnswer.Declined(DeclineReason.Declined),
        _ => ProviderAnswer.Pending,
    };

    /// <summary>An id for a request that is none of ours, the same each time.</summary>
    private static Guid IdOf(string name) => new(SHA256.HashData(Encoding.UTF8.GetBytes($"gocardless {name}")).AsSpan(0, 16));

    private ProviderRecords? Unlisted(string what)
    {
        ProviderLog.NotListed(log, GoCardlessProvider.ProviderName, what);
        return null;
    }
}
