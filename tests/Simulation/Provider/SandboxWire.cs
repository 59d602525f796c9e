using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Providers.Sandbox;
using Quittance.Sandbox.Books;
using Quittance.Tests.Simulation.Running;
using InstrumentKind = Quittance.Sandbox.Books.InstrumentKind;

namespace Quittance.Tests.Simulation.Provider;

/// <summary>A process's client of the sandbox.</summary>
internal sealed class SandboxWire(World world, SimulatedProcess process) : IProvider
{
    private static readonly Uri NoticeUrl = new("https://quittance.test/notices");

    private readonly Way _way = new(world, process);

    public string Name => SandboxProvider.ProviderName;

    public TimeSpan RequestLifetime => TimeSpan.FromSeconds(60);

    public Task<ProviderAnswer> AuthoriseAsync(ProviderRequest request, CancellationToken cancel) => SendAsync(Verb.Authorise, request);

    public Task<ProviderAnswer> CaptureAsync(ProviderRequest request, CancellationToken cancel) => SendAsync(Verb.Capture, request);

    public Task<ProviderAnswer> VoidAsync(ProviderRequest request, CancellationToken cancel) => SendAsync(Verb.Void, request);

    public Task<ProviderAnswer> RefundAsync(ProviderRequest request, CancellationToken cancel) => SendAsync(Verb.Refund, request);

    public Task<ProviderAnswer> FindAsync(Verb verb, ProviderRequest request, CancellationToken cancel) =>
        TravelAsync(verb, request, asks: true, () => world.Sandbox.Find(World.Account, request.Id.Value));

    public Task<ProviderRecords?> ListAsync(DateTimeOffset from, DateTimeOffset until, string? page, CancellationToken cancel) =>
        Task.FromResult<ProviderRecords?>(null);

    private Task<ProviderAnswer> SendAsync(Verb verb, ProviderRequest request) =>
        TravelAsync(verb, request, asks: false, () => Arrive(verb, request));

    private Task<ProviderAnswer> TravelAsync(Verb verb, ProviderRequest request, bool asks, Func<Reply> arrive) =>
        _way.TravelAsync(world.PaymentOf(request), verb, asks, arrive, AnswerAsync, ProviderAnswer.Unknown);

    private async Task<ProviderAnswer> AnswerAsync(Reply reply)
    {
        if (reply.NoticeFirst is { } notice)
            await Post.DeliverAsync(((SandboxCounterpart)world.Counterpart).ToSent(notice), process);
        process.ThrowIfDead();
        if (reply.Manner == AnswerManner.Late && !world.Fates.IsFair)
            await _way.SleepAsync(TimeSpan.FromSeconds(4));
        if (reply.Manner is AnswerManner.Missing or AnswerManner.Broken or AnswerManner.Lost or AnswerManner.Unavailable)
            return ProviderAnswer.Unknown;
        if (!world.Fates.IsWordUnknown(world.PaymentOf(reply.Request?.Authorisation ?? Guid.Empty)))
            return ToAnswer(reply);
        return world.Mistake.BelievesUnknownWords ? ProviderAnswer.Approved : ProviderAnswer.Unknown;
    }

    /// <summary>A reply of the sandbox, as its client reads it.</summary>
    public static ProviderAnswer ToAnswer(Reply reply) => DecisionOf(reply) with { Reference = reply.Request?.Reference };

    private static ProviderAnswer DecisionOf(Reply reply) => reply switch
    {
        { Fault: ReplyFault.NotFound } => ProviderAnswer.NotFound,
        { Request: { State: RequestState.Approved } } => ProviderAnswer.Approved,
        { Request: { State: RequestState.Pending } } => ProviderAnswer.Pending,
        { Request: { State: RequestState.Declined } request } => ProviderAnswer.Declined(Enum.Parse<DeclineReason>($"{request.Reason}")),
        _ => ProviderAnswer.Unknown,
    };

    private Reply Arrive(Verb verb, ProviderRequest request)
    {
        var (id, amountMinor, currency) = (request.Id.Value, request.Amount.AmountMinor, request.Amount.Currency.Code);
        return verb switch
        {
            Verb.Authorise => world.Sandbox.Authorise(
                World.Account, new AuthoriseRequest(id, amountMinor, currency, DetailsOf(request.Instrument!)) { NoticeUrl = NoticeUrl }),
            Verb.Capture =>
                world.Sandbox.Capture(World.Account, new CaptureRequest(id, request.Authorisation!.Value.Value, amountMinor, currency)),
            Verb.Void => world.Sandbox.Void(World.Account, new VoidRequest(id, request.Authorisation!.Value.Value)),
            Verb.Refund =>
                world.Sandbox.Refund(World.Account, new RefundRequest(id, request.Authorisation!.Value.Value, amountMinor, currency)),
        };
    }

    private static InstrumentDetails DetailsOf(InstrumentSecret secret) => secret switch
    {
        Card card => new InstrumentDetails(
            InstrumentKind.Card, card.Number.Reveal())
        { ExpiryMonth = card.Expiry.Month, ExpiryYear = card.Expiry.Year },
        IbanAccount account =>
            new InstrumentDetails(account.IsSwiss ? InstrumentKind.SwissAccount : InstrumentKind.Iban, account.Iban.Reveal()),
        UkAccount account => new InstrumentDetails(InstrumentKind.UkAccount, account.Number.Reveal()),
        _ => throw new InvalidOperationException("The sandbox takes no such instrument."),
    };
}
