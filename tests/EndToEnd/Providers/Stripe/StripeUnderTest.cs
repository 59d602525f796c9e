using System.Text.Json.Nodes;
using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Providers;
using Quittance.Providers.Sandbox;
using Quittance.Providers.Stripe;
using Quittance.Tests.Running;

namespace Quittance.Tests.Providers;

/// <summary>
/// Stripe's client, over bad wires to the Stripe face of the sandbox, with an account of its own; or to Stripe's test mode, where an
/// environment variable has a key for it.
/// </summary>
/// <param name="liveKey">The key of an account in Stripe's test mode; null for the face.</param>
internal class StripeUnderTest(string? liveKey = null) : ProviderUnderTest
{
    public const string LiveKeyVariable = "QUITTANCE_STRIPE_KEY";

    private static readonly string[] AmountMembers = ["amount", "amount_received"];
    private const string ApiKey = "sk_test_51Pgafk9Xw2c";

    public override string Name => liveKey is null ? StripeProvider.ProviderName : "StripeLive";

    public override IReadOnlyDictionary<string, string> NotApplicable { get; } = new Dictionary<string, string>
    {
        ["Sent again without the security code, it is still the same"] = "no card number and no security code goes there",
    };

    public override InstrumentSecret Good { get; } = Held("pm_card_mastercard");

    public override IReadOnlyList<(InstrumentSecret Instrument, DeclineReason Reason)> Bad { get; } =
    [
        (Held("pm_card_chargeDeclined"), DeclineReason.Declined),
        (Held("pm_card_chargeDeclinedInsufficientFunds"), DeclineReason.InsufficientFunds),
        (Held("pm_card_chargeDeclinedExpiredCard"), DeclineReason.Expired),
        (Held("pm_card_chargeDeclinedIncorrectCvc"), DeclineReason.SecurityCodeWrong),
    ];

    public override IReadOnlyList<InstrumentSecret> Kinds => [Good];

    public override IReadOnlyList<string> Secrets => [liveKey ?? ApiKey];

    public override IReadOnlyList<Fault> BrokenAnswers { get; } =
    [
        Fault.AnswerLost,
        Fault.AnswerCut,
        Fault.Changed("half", body => body[..(body.Length / 2)]),
        Fault.Changed("empty", _ => ""),
        Fault.Changed("two answers", body => body + body),
        Fault.Changed("in a list", body => $"[{body}]"),
        Fault.Changed("a member twice", body => body.Replace("{\"", "{\"object\":\"charge\",\"", StringComparison.Ordinal)),
        Fault.Changed("too long", body => $"{{\"more\":\"{new string('x', 1_100_000)}\",{body[1..]}"),
        Fault.Changed("a page", _ => "<html>Welcome!</html>"),
        Each("status", _ => "done"),
        Each("status", _ => null),
        Each("id", _ => null),
        .. new[] { 201, 204, 302, 307, 400, 401, 403, 404, 409, 413, 429, 500, 503 }
            .Select(status => Fault.Answer(
                status, status is 204 ? "" : status < 400 ? "http://127.0.0.1:1/" : "<html>A proxy is in the way.</html>")),
    ];

    public override IReadOnlyList<Fault> OtherAnswers { get; } =
    [
        Each("object", _ => "charge"),
        Changed("another attempt", thing =>
        {
            if (thing["metadata"] is JsonObject metadata && metadata["attempt"] is not null)
                metadata["attempt"] = "0198b1c2-0000-8000-8000-00000000dead";
        }),
    ];

    public override IReadOnlyList<Fault> OtherAmounts { get; } =
    [
        Amounts("a cent more", amount => amount + 1), Amounts("as a text", amount => $"{amount}"), Amounts("none", _ => null),
        Each("currency", _ => "usd"), Each("currency", _ => null),
    ];

    public static HeldInstrument Held(string token) => new(
        // Stripe's own cards for trials are no customer's.
        token, Customer: null, new MaskedInstrument(InstrumentKind.Card, "4444"));

    public override async Task<IProvider> ConnectAsync(Fault? fault = null, ProviderTimeouts? timeouts = null)
    {
        var address = liveKey is null ? new Uri(await SandboxUnderTest.AddressAsync(), "stripe/") : new StripeKind().Setup.Address!;
        if (fault is not null)
            address = (await BadWire.ToAsync(address, fault)).Address;
        return Connect(address, liveKey ?? ApiKey, Log, timeouts);
    }

    /// <summary>A client at any address, with any key.</summary>
    public static StripeProvider Connect(
        Uri address, string apiKey = ApiKey, KeptLog<SandboxProvider>? log = null, ProviderTimeouts? timeouts = null) => new(
            new ProviderAccount(new MerchantId(1), StripeProvider.ProviderName, address, apiKey, []),
            new ProviderOptions { Timeouts = timeouts ?? new ProviderTimeouts() }, TimeProvider.System,
            log ?? new KeptLog<SandboxProvider>());

    private static Fault Amounts(string how, Func<long, JsonNode?> change) => Changed($"amount {how}", thing =>
    {
        foreach (var name in AmountMembers)
        {
            if (thing[name] is { } amount)
                thing[name] = change((long)amount);
        }
    });

    private static Fault Each(string member, Func<JsonNode?, JsonNode?> change) => Changed($"{member} changed", thing =>
    {
        if (thing.ContainsKey(member))
            thing[member] = change(thing[member]);
    });

    /// <summary>The answer, or each object in its list, arrives changed.</summary>
    private static Fault Changed(string name, Action<JsonObject> change) => Fault.Changed(name, body =>
    {
        var answer = JsonNode.Parse(body)!.AsObject();
        if ((string?)answer["object"] == "list")
        {
            foreach (var one in answer["data"]!.AsArray())
                change(one!.AsObject());
        }
        else
        {
            change(answer);
        }

        return answer.ToJsonString();
    });
}
