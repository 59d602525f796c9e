using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Providers;
using Quittance.Providers.Http;

namespace Quittance.Providers.Sandbox;

/// <summary>Reads the sandbox's notices.</summary>
public static class SandboxNotice
{
    private const int MaxReferenceLength = 100;

    /// <summary>
    /// Reads a notice; null when it is of no kind that we know, or anything of it is missing or wrong. Members that we don't
    /// know are passed over.
    /// </summary>
    /// <param name="body">The body of a notice whose signature is valid.</param>
    public static ProviderNotice? TryParse(ReadOnlyMemory<byte> body)
    {
        using var document = StrictJson.TryParse(body);
        if (document?.RootElement is not { } root
            || StrictJson.Moment(root, "at") is not { } at
            || StrictJson.Id(root, "authorisation") is not { } authorisation
            || StrictJson.Amount(root, "amount_minor") is not { } amount)
        {
            return null;
        }

        return StrictJson.Text(root, "type") switch
        {
            "request.changed" => Change(root, at, amount, authorisation),
            // A dispute of nothing is not a dispute.
            "dispute.opened" when amount.AmountMinor > 0 && Dispute(root) is var (dispute, kind, fee) =>
                new DisputeOpened(at, dispute, kind, authorisation, amount, fee),
            "dispute.won" when Dispute(root) is var (dispute, kind, fee) => new DisputeWon(at, dispute, kind, authorisation, amount, fee),
            "dispute.lost" when Dispute(root) is var (dispute, kind, fee) => new DisputeLost(at, dispute, kind, authorisation, amount, fee),
            "settlement.reported" => new SettlementReported(at, authorisation, amount),
            _ => null,
        };
    }

    private static RequestChanged? Change(JsonElement root, DateTimeOffset at, Money amount, Guid authorisation)
    {
        if (StrictJson.Id(root, "id") is not { } request
            || SandboxWords.ToVerb(StrictJson.Text(root, "verb")) is not { } verb
            || SandboxWords.ToVerdict(StrictJson.Text(root, "state")) is not { } verdict)
        {
            return null;
        }

        DeclineReason? reason = verdict == Verdict.Declined ? SandboxWords.ToReason(StrictJson.Text(root, "reason")) : null;
        return new RequestChanged(at, request, verb, verdict, reason, amount)
        {
            Reference = StrictJson.Reference(root, "reference"),
            Authorisation = authorisation,
        };
    }

    private static (string Dispute, DisputeKind Kind, Money Fee)? Dispute(JsonElement root)
    {
        // The database takes no control characters, so a name with one could be kept and never booked.
        return StrictJson.Text(root, "dispute") is { Length: > 0 and <= MaxReferenceLength } dispute && !dispute.Any(char.IsControl)
            && SandboxWords.ToDisputeKind(StrictJson.Text(root, "kind")) is { } known
            && StrictJson.Amount(root, "fee_minor") is { } fee
                ? (dispute, known, fee)
                : null;
    }
}
