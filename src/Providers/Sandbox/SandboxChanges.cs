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
        using var document = SandboxJson.TryParse(body);
        if (document is null || !document.RootElement.TryGetProperty("changes", out var changes)
            || changes.ValueKind != JsonValueKind.Array || !document.RootElement.TryGetProperty("next", out var next)
            || next.ValueKind is not (JsonValueKind.Number or JsonValueKind.Null))
        {
            return null;
        }

        var page = new SandboxChanges();
        foreach (var change in changes.EnumerateArray())
        {
            if (change.ValueKind != JsonValueKind.Object || SandboxJson.Time(change, "at") is not { } at || !page.TryAdd(change, at))
                return null;
        }

        return new ProviderRecords(page._requests, page._disputes, next.ValueKind == JsonValueKind.Null ? null : next.GetRawText());
    }

    private bool TryAdd(JsonElement change, DateTimeOffset at)
    {
        if (change.TryGetProperty("request", out var request) && request.ValueKind == JsonValueKind.Object)
            return TryAddRequest(request, at);
        return change.TryGetProperty("dispute", out var dispute) && dispute.ValueKind == JsonValueKind.Object && TryAddDispute(dispute, at);
    }

    private bool TryAddRequest(JsonElement request, DateTimeOffset at)
    {
        if (SandboxJson.Id(request, "id") is not { } id
            || SandboxWords.ToVerb(StrictJson.Text(request, "verb")) is not { } verb
            || SandboxJson.Id(request, "authorisation") is not { } authorisation
            || SandboxWords.ToVerdict(StrictJson.Text(request, "state")) is not { } verdict)
        {
            return false;
        }

        var answer = new ProviderAnswer(
            verdict, verdict == Verdict.Declined ? SandboxWords.ToReason(StrictJson.Text(request, "reason")) : null)
        {
            Reference = SandboxJson.Reference(request),
        };
        _requests.Add(new ListedRequest(id, verb, authorisation, SandboxJson.Amount(request, "amount_minor"), answer, at)
        {
            Payment = SandboxJson.Id(request, "payment"),
            Account = SandboxJson.Id(request, "customer"),
            IsReleased = request.TryGetProperty("is_void", out var isVoid) && isVoid.ValueKind == JsonValueKind.True,
        });
        return true;
    }

    private bool TryAddDispute(JsonElement dispute, DateTimeOffset at)
    {
        DisputeKind? kind = StrictJson.Text(dispute, "kind") switch
        {
            "chargeback" => DisputeKind.Chargeback,
            "returned_debit" => DisputeKind.ReturnedDebit,
            _ => null,
        };
        ListedDisputeState? state = StrictJson.Text(dispute, "state") switch
        {
            "opened" => ListedDisputeState.Open,
            "won" => ListedDisputeState.Won,
            "lost" => ListedDisputeState.Lost,
            _ => null,
        };
        if (StrictJson.Text(dispute, "id") is not { Length: > 0 } id || kind is null || state is null
            || SandboxJson.Id(dispute, "authorisation") is not { } authorisation
            || SandboxJson.Amount(dispute, "amount_minor") is not { } amount || SandboxJson.Amount(dispute, "fee_minor") is not { } fee)
        {
            return false;
        }

        _disputes.Add(new ListedDispute(id, kind.Value, authorisation, amount, fee, state.Value, at));
        return true;
    }
}
