using System.Text;
using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Providers;
using Quittance.Providers.Http;

namespace Quittance.Providers.Notices;

/// <summary>Reads notices that were kept.</summary>
public static class NoticeReading
{
    /// <summary>The notice that <see cref="NoticeJson.ToRedactedJson"/> wrote.</summary>
    /// <exception cref="FormatException">It is not what was kept.</exception>
    public static ProviderNotice Read(string redacted)
    {
        using var document = StrictJson.TryParse(Encoding.UTF8.GetBytes(redacted)) ?? throw Broken();
        var root = document.RootElement;
        var at = StrictJson.Moment(root, "at") ?? throw Broken();
        return StrictJson.Text(root, "type") switch
        {
            "request_touched" => new RequestTouched(at, Id("request")),
            "dispute_touched" => new DisputeTouched(at, Text("dispute")),
            "object_touched" => new ObjectTouched(at, Text("name")) { Of = StrictJson.Text(root, "of") },
            "mandate_touched" => new MandateTouched(at, Text("name")),
            "request_changed" => new RequestChanged(
                at, Id("request"), Word<Verb>(root, "verb") ?? throw Broken(), Word<Verdict>(root, "verdict") ?? throw Broken(),
                Word<DeclineReason>(root, "reason"), Amount("amount_minor"))
            {
                Reference = StrictJson.Reference(root, "reference"),
                Authorisation = StrictJson.Id(root, "of"),
            },
            "dispute_opened" => Dispute((name, kind, of, amount, fee) => new DisputeOpened(at, name, kind, of, amount, fee)),
            "dispute_won" => Dispute((name, kind, of, amount, fee) => new DisputeWon(at, name, kind, of, amount, fee)),
            "dispute_lost" => Dispute((name, kind, of, amount, fee) => new DisputeLost(at, name, kind, of, amount, fee)),
            "settlement_reported" => new SettlementReported(at, Id("authorisation"), Amount("amount_minor")),
            _ => throw Broken(),
        };

        Guid Id(string name) => StrictJson.Id(root, name) ?? throw Broken();
        string Text(string name) => StrictJson.Text(root, name) ?? throw Broken();
        Money Amount(string name) => StrictJson.Amount(root, name) ?? throw Broken();
        DisputeNotice Dispute(Func<string, DisputeKind, Guid, Money, Money, DisputeNotice> create) => create(
            Text("dispute"), Word<DisputeKind>(root, "kind") ?? throw Broken(), Id("authorisation"), Amount("amount_minor"),
            Amount("fee_minor"));
    }

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
