using System.Text.Json.Nodes;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Providers;
using Quittance.Providers.Sandbox;
using Quittance.Sandbox;
using Quittance.Tests.Running;

namespace Quittance.Tests.Providers;

/// <summary>The sandbox's client, over bad wires to one real sandbox with an account of its own.</summary>
/// <param name="log">Where its clients log; a new one unless given.</param>
internal sealed class SandboxUnderTest(KeptLog<SandboxProvider>? log = null) : ProviderUnderTest
{
    private const string ApiKey = "sk_test_3kf9s7dk2m";
    private const string CardNumber = "5555555555554444";
    private const string Iban = "DE89370400440532013000";
    private const string SwissIban = "CH9300762011623852957";
    private const string Code = "8417";

    private static readonly CardExpiry Expiry = new(12, 2090);

    // One for the whole run: it ends with the process.
    private static readonly Lazy<Task<SandboxServer>> Server = new(() => SandboxServer.StartAsync(new SandboxOptions()));

    private static readonly JsonNode AnotherId = JsonValue.Create("0198b1c2-0000-8000-8000-00000000dead");

    public override string Name => SandboxProvider.ProviderName;

    public override KeptLog<SandboxProvider> Log { get; } = log ?? new KeptLog<SandboxProvider>();

    public override TimeSpan Limit => LimitForAll ?? base.Limit;

    /// <summary>For those that are known to break it.</summary>
    public TimeSpan? LimitForAll { get; init; }

    /// <summary>The wrapper of its clients.</summary>
    public Func<IProvider, IProvider> Around { get; init; } = provider => provider;

    public override InstrumentSecret Good { get; } = new Card(Core.Instruments.CardNumber.Parse(CardNumber), Expiry, "Ann Other");

    public override SecurityCode? SecurityCode { get; } = Core.Instruments.SecurityCode.TryParse(Code);

    public override IReadOnlyList<(InstrumentSecret Instrument, DeclineReason Reason)> Bad { get; } =
    [
        (CardOf("4000000000000002"), DeclineReason.Declined),
        (CardOf("4000000000009995"), DeclineReason.InsufficientFunds),
        (CardOf("4000000000000069"), DeclineReason.Expired),
        (CardOf("4000000000000127"), DeclineReason.SecurityCodeWrong),
    ];

    public override IReadOnlyList<InstrumentSecret> Kinds =>
    [
        Good,
        new IbanAccount(Core.Instruments.Iban.Parse(Iban), null, "Ann Other"),
        new IbanAccount(Core.Instruments.Iban.Parse(SwissIban), null, "Ann Other"),
        new UkAccount(SortCode.Parse("20-71-06"), UkAccountNumber.Parse("79927398"), "Ann Other"),
    ];

    public override IReadOnlyList<string> Secrets => [ApiKey, CardNumber, Iban, SwissIban, "207106", "79927398", Code];

    public override IReadOnlyList<Fault> BrokenAnswers { get; } =
    [
        Fault.AnswerLost,
        Fault.AnswerCut,
        Fault.Changed("half", body => body[..(body.Length / 2)]),
        Fault.Changed("empty", _ => ""),
        Fault.Changed("two answers", body => body + body),
        Fault.Changed("in a list", body => $"[{body}]"),
        Fault.Changed("a member twice", body => body.Replace("{", "{\"state\":\"approved\",", StringComparison.Ordinal)),
        Fault.Changed("too long", body => body.Replace("{", $"{{\"more\":\"{new string('x', 100_000)}\",", StringComparison.Ordinal)),
        Fault.Changed("half a character in a value", body => body.Replace("\"approved\"", "\"\\ud800\"", StringComparison.Ordinal)),
        Fault.Changed("half a character in a name", body => body.Replace("{", "{\"\\ud800\":1,", StringComparison.Ordinal)
            .Replace("\"approved\"", "\"\\ud800\"", StringComparison.Ordinal)),
        Fault.Changed("a page", _ => "<html>Welcome!</html>"),
        Fault.Other("state", "done"),
        Fault.Other("state", null),
        Fault.Other("state", 1),
        Fault.Changed("pending for a page that is none", body => body
            .Replace("\"approved\"", "\"pending\"", StringComparison.Ordinal)
            .Replace("\"redirect_to\":null", "\"redirect_to\":\"javascript:alert(1)\"", StringComparison.Ordinal)),
        .. new[] { 201, 204, 302, 307, 400, 401, 403, 404, 409, 413, 429, 500, 503 }
            .Select(status => Fault.Answer(
                status, status is 204 ? "" : status < 400 ? "http://127.0.0.1:1/" : "<html>A proxy is in the way.</html>")),
    ];

    public override IReadOnlyList<Fault> OtherAnswers { get; } =
    [
        Fault.Other("id", AnotherId),
        Fault.Other("id", null),
        Fault.Other("verb", "refuse"),
        Fault.Changed("another verb", body => body.Contains("\"authorise\"", StringComparison.Ordinal)
            ? body.Replace("\"authorise\"", "\"capture\"", StringComparison.Ordinal)
            : body.Replace("\"verb\":\"", "\"verb\":\"authorise\",\"was\":\"", StringComparison.Ordinal)),
        // All but an authorisation itself are about one.
        Fault.Changed("another authorisation", body =>
        {
            var answer = JsonNode.Parse(body)!.AsObject();
            answer[$"{answer["verb"]}" == "authorise" ? "id" : "authorisation"] = AnotherId.DeepClone();
            return answer.ToJsonString();
        }),
    ];

    public override IReadOnlyList<Fault> OtherAmounts { get; } =
    [
        Fault.Other("amount_minor", 10_01), Fault.Other("amount_minor", 9_99), Fault.Other("amount_minor", "1000"),
        Fault.Other("amount_minor", null),
        Fault.Other("amount_minor", JsonNode.Parse("1000.0")), Fault.Other("currency", "USD"), Fault.Other("currency", "eur"),
        Fault.Other("currency", null),
    ];

    public static async Task<Uri> AddressAsync() => (await Server.Value).Address;

    public static Card CardOf(string number) => new(Core.Instruments.CardNumber.Parse(number), Expiry, null);

    /// <summary>The merchant's account, reached at an address.</summary>
    public ProviderAccount AccountAt(Uri address) => new(Merchant, Name, address, ApiKey, []);

    public override async Task<IProvider> ConnectAsync(Fault? fault = null, ProviderTimeouts? timeouts = null)
    {
        var address = await AddressAsync();
        if (fault is not null)
            address = (await BadWire.ToAsync(address, fault)).Address;
        var options = new ProviderOptions { Timeouts = timeouts ?? new ProviderTimeouts() };
        return Around(new SandboxProvider(AccountAt(address), options, TimeProvider.System, Log));
    }
}
