using System.Text;
using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Providers;
using Quittance.Providers.Http;
using Quittance.Providers.Sandbox;

namespace Quittance.Providers.Notices;

/// <summary>Reads notices that were kept.</summary>
public static class NoticeReading
{
    /// <summary>The notice that <see cref="NoticeJson.ToRedactedJson"/> wrote.</summary>
    /// <exception cref="FormatException">It is not what was kept.</exception>
    public static ProviderNotice Read(string redacted)
    {
        using var document = SandboxJson.TryParse(Encoding.UTF8.GetBytes(redacted)) ?? throw Broken();
        var root = document.RootElement;
        var at = SandboxJson.Time(root, "at") ?? throw Broken();
        if (StrictJson.Text(root, "type") == "request_touched")
            return new RequestTouched(at, SandboxJson.Id(root, "request") ?? throw Broken());
        if (StrictJson.Text(root, "type") == "dispute_touched")
            return new DisputeTouched(at, StrictJson.Text(root, "dispute") ?? throw Broken());
        if (StrictJson.Text(root, "type") == "object_touched")
            return new ObjectTouched(at, StrictJson.Text(root, "name") ?? throw Broken());
        if (StrictJson.Text(root, "type") == "mandate_touched")
            return new MandateTouched(at, StrictJson.Text(root, "name") ?? throw Broken());
        var amount = SandboxJson.Amount(root, "amount_minor") ?? throw Broken();
        return StrictJson.Text(root, "type") switch
        {
            "request_changed" => new RequestChanged(
                at, SandboxJson.Id(root, "request") ?? throw Broken(), Word<Verb>(root, "verb") ?? throw Broken(),
                Word<Verdict>(root, "verdict") ?? throw Broken(), Word<DeclineReason>(root, "reason"), amount)
            {
                Reference = SandboxJson.Reference(root),
            },
            "dispute_opened" =>
                Dispute(root, (name, kind, authorisation, fee) => new DisputeOpened(at, name, kind, authorisation, amount, fee)),
            "dispute_won" => Dispute(root, (name, kind, authorisation, fee) => new DisputeWon(at, name, kind, authorisation, amount, fee)),
            "dispute_lost" =>
                Dispute(root, (name, kind, authorisation, fee) => new DisputeLost(at, name, kind, authorisation, amount, fee)),
            "settlement_reported" => new SettlementReported(at, SandboxJson.Id(root, "authorisation") ?? throw Broken(), amount),
            _ => throw Broken(),
        };
    }

    private static DisputeNotice Dispute(JsonElement root, Func<string, DisputeKind, Guid, Money, DisputeNotice> create) => create(
        StrictJson.Text(root, "dispute") ?? throw Broken(), Word<DisputeKind>(root, "kind") ?? throw Broken(),
        SandboxJson.Id(root, "authorisation") ?? throw Broken(), SandboxJson.Amount(root, "fee_minor") ?? throw Broken());

    private static T? Word<T>(JsonElement root, string name)
        where T : struct, Enum
    {
        var word = StrictJson.Text(root, name);
        foreach (var value in Enum.GetValues<T>())
        {
            if (JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()) == word)
                return value;
        }

        return null;
    }

    private static FormatException Broken() => new("A kept notice is not what was kept.");
}
