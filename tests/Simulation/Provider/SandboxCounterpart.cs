using System.Security.Cryptography;
using System.Text;
using Quittance.Core.Attempts;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Providers;
using Quittance.Providers.Sandbox;
using Quittance.Sandbox.Books;
using Quittance.Sandbox.Notices;
using Quittance.Tests.Simulation.Running;

namespace Quittance.Tests.Simulation.Provider;

/// <summary>The sandbox in its own words.</summary>
internal sealed class SandboxCounterpart : Counterpart
{
    private readonly World _world;

    public SandboxCounterpart(World world)
    {
        _world = world;
        var key = SHA256.HashData(Encoding.UTF8.GetBytes($"notices {world.Seed}"));
        NoticeKey = $"whsec_{Convert.ToBase64String(key)}";
        world.Sandbox.SetNoticeKey(World.Account, key);
    }

    public override IProviderKind Kind { get; } = new SandboxKind();

    public override string NoticeKey { get; }

    public override IReadOnlyList<InstrumentSecret> Instruments { get; } =
    [
        Card("4242424242424242"), // All goes well, unless the amount says otherwise.
        new IbanAccount(Iban.Parse("DE89370400440532013000"), null, "Simulation"), // Paid some time after its capture.
        Card("4000000000000002"), // Declined.
        Card("4000000000003220"), // Must be confirmed.
        Card("4000000000000341"), // The capture is declined.
        Card("4000000000000119"), // Authorised, and the answer never comes.
        new UkAccount(SortCode.Parse("20-00-00"), UkAccountNumber.Parse("55550002"), "Simulation"),
            // Refused by the bank after its capture.
        new UkAccount(SortCode.Parse("20-00-00"), UkAccountNumber.Parse("55550003"), "Simulation"), // Paid, then returned.
    ];

    public override IProvider ConnectTo(SimulatedProcess process) => new SandboxWire(_world, process);

    public override IReadOnlyList<SentNotice> TakeDue()
    {
        _world.Sandbox.Tick();
        return [.. _world.Sandbox.TakeDueNotices().Select(ToSent)];
    }

    public override SentNotice Forge(Guid authorisation, bool isApproved, long amountMinor) => Signed(
        $"msg_{_world.Id($"forged {authorisation} {isApproved}"):N}", _world.Time.GetUtcNow().ToUnixTimeSeconds(),
        $"v1,{Convert.ToBase64String(new byte[32])}",
        $$"""
        {"type":"request.changed","id":"{{authorisation}}","verb":"authorise","authorisation":"{{authorisation}}",
         "state":"{{(isApproved ? "approved" : "declined")}}",
         "amount_minor":{{amountMinor}},"currency":"EUR","at":"2026-01-05T08:00:00Z"}
        """);

    public override bool RefundByHand(BookedAuthorisation authorisation, long amountMinor, string name) =>
        _world.Sandbox.Refund(
            World.Account, new RefundRequest(_world.Id(name), authorisation.Id, amountMinor, authorisation.Currency) { IsByHand = true })
            .Request is { State: RequestState.Approved };

    public override ProviderAnswer TruthOf(Attempt attempt) =>
        SandboxWire.ToAnswer(_world.Sandbox.Find(World.Account, attempt.Id.Value));

    /// <summary>A notice of the sandbox, as it is posted.</summary>
    public SentNotice ToSent(SignedNotice notice) =>
        Signed(notice.Id, notice.Timestamp, notice.Signature, notice.Body) with
        {
            Copies = notice.Copies,
            Arrived = () => _world.Sandbox.NoticeArrived(notice),
            Failed = () => _world.Sandbox.NoticeFailed(notice),
        };

    private static SentNotice Signed(string id, long timestamp, string signature, string body) => new(
        id,
        new Dictionary<string, string>
        {
            ["webhook-id"] = id,
            ["webhook-timestamp"] = $"{timestamp}",
            ["webhook-signature"] = signature,
        },
        body);

    private static Card Card(string number) =>
        new(CardNumber.TryParse(number, out var parsed) ? parsed : throw new FormatException("No card number."), new CardExpiry(12, 2099),
            null);
}
