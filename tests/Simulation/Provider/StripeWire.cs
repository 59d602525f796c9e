using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Quittance.Core.Providers;
using Quittance.Faces.Stripe;
using Quittance.Providers;
using Quittance.Providers.Http;
using Quittance.Providers.Stripe;
using Quittance.Sandbox.Books;
using Quittance.Tests.Simulation.Running;

namespace Quittance.Tests.Simulation.Provider;

/// <summary>A process's client of Stripe: the adapter itself, whose every call to the face has a fate of its own.</summary>
internal sealed class StripeWire : IDisputeLookup, IObjectLookup
{
    private readonly World _world;
    private readonly AsyncLocal<(int Payment, Verb Verb)> _about = new();
    private readonly StripeProvider _adapter;

    public StripeWire(World world, StripeCounterpart stripe, SimulatedProcess process)
    {
        _world = world;
        var account = new ProviderAccount(
            world.Merchant, StripeProvider.ProviderName, StripeCounterpart.Address, "sk_test_simulation", [stripe.NoticeKey]);
        // No call waits for long in real time, and only the way decides what comes in time.
        _adapter = new StripeProvider(
            account, new FaceCalls(this, new Way(world, process), stripe.Face), new ProviderOptions(), TimeProvider.System,
            NullLogger.Instance);
    }

    public string Name => _adapter.Name;

    public TimeSpan RequestLifetime => _adapter.RequestLifetime;

    public Task<ProviderAnswer> AuthoriseAsync(ProviderRequest request, CancellationToken cancel) =>
        AboutAsync(Verb.Authorise, request, () => _adapter.AuthoriseAsync(request, cancel));

    public Task<ProviderAnswer> CaptureAsync(ProviderRequest request, CancellationToken cancel) =>
        AboutAsync(Verb.Capture, request, () => _adapter.CaptureAsync(request, cancel));

    public Task<ProviderAnswer> VoidAsync(ProviderRequest request, CancellationToken cancel) =>
        AboutAsync(Verb.Void, request, () => _adapter.VoidAsync(request, cancel));

    public Task<ProviderAnswer> RefundAsync(ProviderRequest request, CancellationToken cancel) =>
        AboutAsync(Verb.Refund, request, () => _adapter.RefundAsync(request, cancel));

    public Task<ProviderAnswer> FindAsync(Verb verb, ProviderRequest request, CancellationToken cancel) =>
        AboutAsync(verb, request, () => _adapter.FindAsync(verb, request, cancel));

    public Task<(ListedDispute? Dispute, bool IsKnown)> FindDisputeAsync(string dispute, CancellationToken cancel) =>
        _adapter.FindDisputeAsync(dispute, cancel);

    public Task<IReadOnlyList<ListedRequest>?> FindRequestsAsync(string name, CancellationToken cancel) =>
        _adapter.FindRequestsAsync(name, cancel);

    public Task<ProviderRecords?> ListAsync(DateTimeOffset from, DateTimeOffset until, string? page, CancellationToken cancel) =>
        Task.FromResult<ProviderRecords?>(null);

    private async Task<ProviderAnswer> AboutAsync(Verb verb, ProviderRequest request, Func<Task<ProviderAnswer>> ask)
    {
        _about.Value = (_world.PaymentOf(request), verb);
        return await ask();
    }

    /// <summary>The adapter's calls to the face.</summary>
    private sealed class FaceCalls(StripeWire wire, Way way, StripeFace face)
        : HttpWire(StripeCounterpart.Address, new WireManner(), new ProviderTimeouts(), TimeProvider.System)
    {
        // Captured and then declined: what no card at Stripe does. It refuses the amount.
        private const string DeclinedLate = "66604";

        public override Task<(HttpReply? Reply, string? Trouble)> SendAsync(WireRequest request, CancellationToken cancel)
        {
            var (payment, verb) = wire._about.Value;
            return way.TravelAsync(
                payment, verb, asks: request.Method == HttpMethod.Get, () => Arrive(request), AnswerAsync, (null, "lost"));
        }

        private async Task<(HttpReply? Reply, string? Trouble)> AnswerAsync(FaceAnswer answer)
        {
            if (answer.Manner == AnswerManner.Late && !wire._world.Fates.IsFair)
                await way.SleepAsync(TimeSpan.FromSeconds(4));
            if (answer.Manner is AnswerManner.Missing or AnswerManner.Broken or AnswerManner.Lost)
                return (null, "lost");
            // The face keeps its answers, so that a repeated request gets the same.
            var body = answer.Body.DeepClone();
            if (answer.Status == 200 && body["status"] is not null && wire._world.Fates.IsWordUnknown(wire._about.Value.Payment))
                body["status"] = Fates.UnknownWord;
            using var message = new HttpResponseMessage();
            return (new HttpReply(answer.Status, Encoding.UTF8.GetBytes(body.ToJsonString()), message.Headers), null);
        }

        private FaceAnswer Arrive(WireRequest request)
        {
            var parts = request.Path["v1/".Length..].Split('?', 2);
            if (request.Method == HttpMethod.Get)
                return face.Get(World.Account, parts[0], FieldsOf(parts.Length > 1 ? parts[1] : ""), StripeCounterpart.Address);
            var fields = FieldsOf(Encoding.ASCII.GetString(request.Body!.Value.Span));
            if (fields.GetValueOrDefault("confirm") == "true" && fields["amount"] == DeclinedLate)
                return StripeFace.Error(400, "invalid_request_error", "amount_too_large", "The amount is refused.");
            var key = request.Headers.Single(header => header.Name == "Idempotency-Key").Value;
            return face.Post(World.Account, parts[0], fields, key, StripeCounterpart.Address);
        }

        private static Dictionary<string, string> FieldsOf(string form) => form.Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(field => field.Split('=', 2)).ToDictionary(
                field => Uri.UnescapeDataString(field[0]), field => Uri.UnescapeDataString(field[1]));
    }
}
