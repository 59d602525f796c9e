using Quittance.Core.Attempts;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Faces.Stripe;
using Quittance.Providers;
using Quittance.Providers.Stripe;
using Quittance.Sandbox.Books;
using Quittance.Tests.Simulation.Running;
using InstrumentKind = Quittance.Core.Instruments.InstrumentKind;

namespace Quittance.Tests.Simulation.Provider;

/// <summary>The sandbox in Stripe's words, with the real adapter for Stripe before it. It holds the cards of its customers.</summary>
internal sealed class StripeCounterpart : Counterpart
{
    // Goes well, declined, to be confirmed, declined at its capture, and authorised without an answer.
    private static readonly string[] Cards =
        ["4242424242424242", "4000000000000002", "4000000000003220", "4000000000000341", "4000000000000119"];

    private readonly World _world;
    private readonly FaceEventFeed _events;
    private readonly HashSet<string> _sent = [];
    private readonly Queue<SentNotice> _again = new();
    private DateTimeOffset _since;

    public StripeCounterpart(World world)
    {
        _world = world;
        _since = world.Time.GetUtcNow();
        var checkout = new FaceCheckout(world.Time);
        Face = new StripeFace(world.Sandbox, checkout, world.Time);
        _events = new FaceEventFeed(world.Sandbox, Face);
        Instruments = [.. Cards.Select(number => Enter(checkout, number))];
    }

    /// <summary>Where the face is.</summary>
    public static Uri Address { get; } = new("https://stripe.test/");

    public StripeFace Face { get; }

    public override IProviderKind Kind { get; } = new StripeKind();

    public override string NoticeKey => "whsec_simulation";

    public override IReadOnlyList<InstrumentSecret> Instruments { get; }

    public override IProvider ConnectTo(SimulatedProcess process) => new StripeWire(_world, this, process);

    public override IReadOnlyList<SentNotice> TakeDue()
    {
        _world.Sandbox.Tick();
        List<SentNotice> due = [];
        while (_again.TryDequeue(out var again))
            due.Add(again);
        // An event later in this instant is sent the next time.
        var now = _world.Time.GetUtcNow();
        due.AddRange(_events.Between(World.Account, Address, _since, now.AddTicks(1))
            .Where(report => _sent.Add($"{report["id"]}")).Select(report => Signed($"{report["id"]}", report.ToJsonString())));
        _since = now;
        return due;
    }

    public override SentNotice Forge(Guid authorisation, bool isApproved, long amountMinor)
    {
        var id = $"evt_{_world.Id($"forged {authorisation} {isApproved}"):N}";
        return new SentNotice(
            id,
            new Dictionary<string, string>
            {
                ["Stripe-Signature"] = $"t={_world.Time.GetUtcNow().ToUnixTimeSeconds()},v1={new string('0', 64)}",
            },
            $$$"""
            {"id":"{{{id}}}","object":"event","type":"payment_intent.{{{(isApproved ? "succeeded" : "payment_failed")}}}",
             "created":1767600000,
             "data":{"object":{"id":"pi_forged","object":"payment_intent","amount":{{{amountMinor}}},
              "metadata": { "attempt": "{{{authorisation:D}}}" } } } }
            """);
    }

    public override bool RefundByHand(BookedAuthorisation authorisation, long amountMinor, string name) => Face.Post(
        World.Account, "refunds",
        new Dictionary<string, string> { ["payment_intent"] = FaceIds.Of("pi", authorisation.Id), ["amount"] = $"{amountMinor}" },
        $"{_world.Id(name):D}", Address).Status == 200;

    public override bool CaptureByHand(BookedAuthorisation authorisation, string name) => Face.Post(
        World.Account, $"payment_intents/{FaceIds.Of("pi", authorisation.Id)}/capture", new Dictionary<string, string>(),
        $"{_world.Id(name):D}", Address).Status == 200;

    public override ProviderAnswer TruthOf(Attempt attempt)
    {
        var truth = SandboxWire.ToAnswer(_world.Sandbox.Find(World.Account, attempt.Id.Value)) with { Reference = null };
        // A person made the payment's capture.
        return attempt is { Verb: Verb.Capture, Authorisation: { } of } && truth.Verdict is Verdict.NotFound or Verdict.Declined
            && _world.Sandbox.CaptureOf(World.Account, of.Value) is { State: RequestState.Approved } ? ProviderAnswer.Approved : truth;
    }

    private SentNotice Signed(string id, string body)
    {
        var signature = FaceEvents.SignatureOf(NoticeKey, _world.Time.GetUtcNow(), body);
        return new SentNotice(id, new Dictionary<string, string> { ["Stripe-Signature"] = signature }, body)
        {
            Failed = () => _world.Time.At(TimeSpan.FromMinutes(1), () => _again.Enqueue(Signed(id, body))),
        };
    }

    /// <summary>A customer enters a card on Stripe's page.</summary>
    private HeldInstrument Enter(FaceCheckout checkout, string number)
    {
        var id = _world.Id($"page for {number}");
        var page = checkout.Open(
            World.Account, new Dictionary<string, string> { ["mode"] = "setup", ["success_url"] = "https://quittance.test/back" },
            new Dictionary<string, string>(), id, Address);
        var name = $"{page.Body["id"]}";
        checkout.Enter(
            name, new InstrumentDetails(Quittance.Sandbox.Books.InstrumentKind.Card, number) { ExpiryMonth = 12, ExpiryYear = 2099 },
            holder: null);
        return new HeldInstrument(
            FaceIds.Of("pm", id), FaceIds.Of("cus", id), new MaskedInstrument(InstrumentKind.Card, number[^4..]));
    }
}
