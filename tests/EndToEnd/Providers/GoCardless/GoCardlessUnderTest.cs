using System.Text.Json.Nodes;
using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Providers;
using Quittance.Providers.GoCardless;
using Quittance.Providers.Sandbox;
using Quittance.Tests.Running;

namespace Quittance.Tests.Providers;

/// <summary>GoCardless's client, over bad wires to the GoCardless face of the sandbox, with an account of its own.</summary>
internal sealed class GoCardlessUnderTest : ProviderUnderTest
{
    private const string Token = "sandbox_pRtXw92kfLqZ";

    private static readonly string[] Resources = ["payments", "refunds", "mandates", "events"];

    public override string Name => GoCardlessProvider.ProviderName;

    public override IReadOnlyDictionary<string, string> NotApplicable { get; } = new Dictionary<string, string>
    {
        ["Sent again without the security code, it is still the same"] = "it takes no cards",
        ["Void of an authorisation that never arrived keeps it from ever taking effect"] =
            "GoCardless has no way to keep a payment from being made: the void is unknown until the authorisation can't arrive any more "
            + "(GoCardlessTrapTests)",
    };

    public override bool CapturesParts => false;

    public override InstrumentSecret Good { get; } = Held("MDTRIALPAID");

    // A debit is refused days later; an account that does not exist, at once.
    public override IReadOnlyList<(InstrumentSecret Instrument, DeclineReason Reason)> Bad { get; } =
        [(Held("MDTRIALINVALID"), DeclineReason.InstrumentInvalid)];

    public override IReadOnlyList<InstrumentSecret> Kinds => [Good, Held("MDTRIALLATER")];

    public override IReadOnlyList<string> Secrets => [Token];

    public override IReadOnlyList<Fault> BrokenAnswers { get; } =
    [
        Fault.AnswerLost,
        Fault.AnswerCut,
        Fault.Changed("half", body => body[..(body.Length / 2)]),
        Fault.Changed("empty", _ => ""),
        Fault.Changed("two answers", body => body + body),
        Fault.Changed("in a list", body => $"[{body}]"),
        Fault.Changed("a member twice", body => body.Replace(
            "{\"", "{\"payments\":{},\"refunds\":{},\"id\":\"PMX\",\"", StringComparison.Ordinal)),
        Fault.Changed("too long", body => $"{{\"more\":\"{new string('x', 1_100_000)}\",{body[1..]}"),
        Fault.Changed("a page", _ => "<html>Welcome!</html>"),
        Each("status", _ => "done"),
        Each("status", _ => null),
        Each("id", _ => null),
        .. new[] { 201, 204, 302, 307, 400, 401, 403, 404, 409, 413, 422, 429, 500, 503 }
            .Select(status => Fault.Answer(
                status, status is 204 ? "" : status < 400 ? "http://127.0.0.1:1/" : "<html>A proxy is in the way.</html>")),
        Fault.Answer(404, """{"error":{"type":"invalid_api_usage","code":404,"errors":[{"reason":"resource_not_found"}]}}"""),
    ];

    public override IReadOnlyList<Fault> OtherAnswers { get; } =
    [
        Changed("another attempt", thing =>
        {
            if (thing["metadata"] is JsonObject metadata && metadata["attempt"] is not null)
                metadata["attempt"] = "0198b1c2-0000-8000-8000-00000000dead";
        }),
    ];

    public override IReadOnlyList<Fault> OtherAmounts { get; } =
    [
        Each("amount", amount => (long)amount! + 1), Each("amount", amount => $"{amount}"), Each("amount", _ => null),
        Each("currency", _ => "GBP"), Each("currency", _ => "eur"), Each("currency", _ => null),
    ];

    public static HeldInstrument Held(string mandate) => new(
        mandate, Customer: null, new MaskedInstrument(InstrumentKind.IbanAccount, "··45") { Country = "DE" });

    public override async Task<IProvider> ConnectAsync(Fault? fault = null, ProviderTimeouts? timeouts = null)
    {
        var address = await AddressAsync();
        if (fault is not null)
            address = (await BadWire.ToAsync(address, fault)).Address;
        return Connect(address, Token, Log, timeouts);
    }

    public static async Task<Uri> AddressAsync() => new(await SandboxUnderTest.AddressAsync(), "gocardless/");

    /// <summary>A client at any address, with any token.</summary>
    public static GoCardlessProvider Connect(
        Uri address, string token = Token, KeptLog<SandboxProvider>? log = null, ProviderTimeouts? timeouts = null,
        TimeProvider? clock = null) => new(
            new ProviderAccount(new MerchantId(1), GoCardlessProvider.ProviderName, address, token, []),
            new ProviderOptions { Timeouts = timeouts ?? new ProviderTimeouts() }, clock ?? TimeProvider.System,
            log ?? new KeptLog<SandboxProvider>());

    private static Fault Each(string member, Func<JsonNode?, JsonNode?> change) => Changed($"{member} changed", thing =>
    {
        if (thing.ContainsKey(member))
            thing[member] = change(thing[member]);
    });

    /// <summary>The object of an answer, or each in its list, arrives changed.</summary>
    private static Fault Changed(string name, Action<JsonObject> change) => Fault.Changed(name, body =>
    {
        var answer = JsonNode.Parse(body)!.AsObject();
        foreach (var resource in Resources)
        {
            foreach (var one in answer[resource] switch { JsonArray list => list.ToArray(), JsonObject only => [only], _ => [] })
                change(one!.AsObject());
        }

        return answer.ToJsonString();
    });
}
