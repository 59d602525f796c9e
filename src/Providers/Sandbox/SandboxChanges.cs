using System.Text.Json;
using Quittance.Core.Providers;
using Quittance.Providers.Http;

namespace Quittance.Providers.Sandbox;

/// <summary>Reads a page of the sandbox's list of changes.</summary>
internal sealed class SandboxChanges
{
    private readonly List<ListedRequest> _requests = [];
    private readonly List<ListedDispute> _disputes = [];

    /// <summary>Null when anything of the page is missing or wrong.</summary>
    public static ProviderRecords? TryParse(ReadOnlyMemory<byte> body)
    {
        using var document = StrictJson.TryParse(body);
        if (document is null || StrictJson.Objects(document.RootElement, "changes") is not { } changes
            || !document.RootElement.TryGetProperty("next", out var next)
            || next.ValueKind is not (JsonValueKind.Number or JsonValueKind.Null))
        {
            return null;
        }

        var page = new SandboxChanges();
        foreach (var change in changes)
        {
            if (StrictJson.Moment(change, "at") is not { } at || !page.TryAdd(change, at))
                return null;
        }

        return new ProviderRecords(page._requests, page._disputes, next.ValueKind == JsonValueKind.Null ? null : next.GetRawText());
    }

    private bool TryAdd(JsonElement change, DateTimeOffset at) =>
        StrictJson.Object(change, "request") is { } request ? TryAddRequest(request, at)
        : StrictJson.Object(change, "dispute") is { } dispute && TryAddDispute(dispute, at);

    private bool TryAddRequest(JsonElement request, DateTimeOffset at)
    {
        if (StrictJson.Id(request, "id") is not { } id
            || SandboxWords.ToVerb(StrictJson.Text(request, "verb")) is not { } verb
            || StrictJson.Id(request, "authorisation") is not { } authorisation
            || SandboxWords.ToVerdict(StrictJson.Text(request, "state")) is not { } verdict)
        {
            return false;
        }

        var answer = new ProviderAnswer(
            verdict, verdict == Verdict.Declined ? SandboxWords.ToReason(StrictJson.Text(request, "reason")) : null)
        {
            Reference = StrictJson.Reference(request, "reference"),
        };
        _requests.Add(new ListedRequest(id, verb, authorisation, StrictJson.Amount(request, "amount_minor"), answer, at)
        {
            Payment = StrictJson.Id(request, "payment"),
            Account = StrictJson.Id(request, "customer"),
            IsReleased = StrictJson.IsTrue(request, "is_void"),
        });
        return true;
    }

    private bool TryAddDispute(JsonElement dispute, DateTimeOffset at)
    {
        var kind = SandboxWords.ToDisputeKind(StrictJson.Text(dispute, "kind"));
        ListedDisputeState? state = StrictJson.Text(dispute, "state") switch
        {
            "opened" => ListedDisputeState.Open,
            "won" => ListedDisputeState.Won,
            "lost" => ListedDisputeState.Lost,
            _ => null,
        };
        if (StrictJson.Text(dispute, "id") is not { Length: > 0 } id || kind is null || state is null
            || StrictJson.Id(dispute, "authorisation") is not { } authorisation
            || StrictJson.Amount(dispute, "amount_minor") is not { } amount || StrictJson.Amount(dispute, "fee_minor") is not { } fee)
        {
            return false;
        }

        _disputes.Add(new ListedDispute(id, kind.Value, authorisation, amount, fee, state.Value, at));
        return true;
    }
}
