using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Providers;
using Quittance.Providers.Sandbox;

namespace Quittance.Tests.Providers;

/// <summary>Rules of the sandbox's client beyond those of every provider.</summary>
public sealed class SandboxProviderTests
{
    private readonly SandboxUnderTest _under = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Authorise_SendsAllThatItWasGiven()
    {
        var wire = await WireAsync();
        var request = _under.Authorising(12_50) with { Mandate = "M-1" };

        await Client(wire).AuthoriseAsync(request, Cancel);

        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse($$"""
                {"id":"{{request.Id.Value}}","amount_minor":1250,"currency":"EUR",
                 "instrument":{"kind":"card","number":"5555555555554444","expiry_month":12,"expiry_year":2090,"holder":"Ann Other",
                  "security_code":"8417"},
                 "mandate":"M-1","notice_url":"https://pay.example/notices/sandbox/1"}
                """),
            JsonNode.Parse(wire.LastBody!)));
    }

    [Theory]
    [InlineData(1, """{"kind":"iban","iban":"DE89370400440532013000","holder":"Ann Other"}""")]
    [InlineData(2, """{"kind":"swiss_account","iban":"CH9300762011623852957","holder":"Ann Other"}""")]
    [InlineData(3, """{"kind":"uk_account","sort_code":"207106","account_number":"79927398","holder":"Ann Other"}""")]
    public async Task Authorise_NamesTheInstrumentsKind(int kind, string expected)
    {
        var wire = await WireAsync();

        await Client(wire).AuthoriseAsync(_under.Authorising(instrument: _under.Kinds[kind]), Cancel);

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(wire.LastBody!)!["instrument"]));
    }

    [Fact]
    public async Task Authorise_InstrumentThatTheSandboxDoesNotKnow_IsRefusedUnsent()
    {
        var wire = await WireAsync();

        var answer = await Client(wire).AuthoriseAsync(_under.Authorising(instrument: new Voucher()), Cancel);

        Assert.Equal((ProviderAnswer.Declined(DeclineReason.RequestRefused), 0), (answer, wire.Requests));
    }

    [Fact]
    public async Task Authorise_AnotherMerchantsAttempt_IsABug()
    {
        var wire = await WireAsync();
        var request = _under.Authorising() with { Id = new AttemptId(new MerchantId(2), Guid.Empty) };

        await Assert.ThrowsAsync<ArgumentException>(() => Client(wire).AuthoriseAsync(request, Cancel));
    }

    [Fact]
    public async Task Authorise_RequestThatTheSandboxRefuses_IsDeclined_AndLogged()
    {
        var wire = await WireAsync(Fault.Answer(400, """{"error":{"code":"malformed","message":"number 4242424242424242 is odd"}}"""));

        Assert.Equal(
            ProviderAnswer.Declined(DeclineReason.RequestRefused), await Client(wire).AuthoriseAsync(_under.Authorising(), Cancel));
        Assert.Equal(ProviderAnswer.Unknown, await Client(wire).FindAsync(Verb.Authorise, _under.Authorising(), Cancel));
        Assert.Contains(
            _under.Log.Lines, line => line.Level == LogLevel.Warning && line.Text.Contains("malformed", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(409)]
    public async Task SetUpThatIsWrong_IsUnknown_AndAnErrorInTheLog(int status)
    {
        var wire = await WireAsync(Fault.Answer(status, """{"error":{"code":"wrong","message":""}}"""));
        var request = _under.Authorising();

        Assert.Equal(ProviderAnswer.Unknown, await Client(wire).AuthoriseAsync(request, Cancel));
        Assert.Contains(
            _under.Log.Lines, line => line.Level == LogLevel.Error && line.Text.Contains($"{request.Id.Value}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AnswerAboutAnotherAmount_IsAWarningInTheLog()
    {
        var wire = await WireAsync(Fault.Other("amount_minor", 1));

        Assert.Equal(ProviderAnswer.Unknown, await Client(wire).AuthoriseAsync(_under.Authorising(), Cancel));
        Assert.Contains(
            _under.Log.Lines, line => line.Level == LogLevel.Warning && line.Text.Contains("another amount", StringComparison.Ordinal));
    }

    [Fact]
    public async Task UnavailableAtFirst_IsTriedAgain()
    {
        var wire = await WireAsync();

        Assert.Equal(Verdict.Approved, (await Client(wire).AuthoriseAsync(_under.Authorising(666_09), Cancel)).Verdict);
        Assert.Equal(2, wire.Requests);
    }

    [Fact]
    public async Task BrokenConnection_IsTriedAgain_AFewTimes()
    {
        var wire = await WireAsync(Fault.RequestLost);

        Assert.Equal(ProviderAnswer.Unknown, await Client(wire).AuthoriseAsync(_under.Authorising(), Cancel));
        Assert.InRange(wire.Requests, 2, 8);
    }

    [Fact]
    public async Task CallerWhoHasGoneAlready_SendsNothing()
    {
        var wire = await WireAsync();

        Assert.Equal(
            ProviderAnswer.Unknown, await Client(wire).AuthoriseAsync(_under.Authorising(), new CancellationToken(canceled: true)));
        Assert.Equal(0, wire.Requests);
    }

    [Fact]
    public async Task CustomerWhoMustConfirm_IsPending_WithThePage()
    {
        var wire = await WireAsync();

        var answer = await Client(wire).AuthoriseAsync(_under.Authorising(instrument: SandboxUnderTest.CardOf("4000000000003220")), Cancel);

        Assert.Equal(Verdict.Pending, answer.Verdict);
        Assert.StartsWith("/v1/confirm/", answer.RedirectTo!.AbsolutePath, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CaptureThatIsDeclined_SaysSo()
    {
        var wire = await WireAsync();
        var authorised = _under.Authorising(instrument: SandboxUnderTest.CardOf("4000000000000341"));

        Assert.Equal(Verdict.Approved, (await Client(wire).AuthoriseAsync(authorised, Cancel)).Verdict);
        Assert.Equal(Verdict.Declined, (await Client(wire).CaptureAsync(_under.Following(authorised), Cancel)).Verdict);
    }

    /// <summary>The sandbox's own hanging, lost and broken answers: unknown at first, and then the truth.</summary>
    [Theory]
    [InlineData("4000000000000119", 10_00, Verb.Authorise)]
    [InlineData("4242424242424242", 666_01, Verb.Capture)]
    [InlineData("4242424242424242", 666_07, Verb.Capture)]
    public async Task AnswerThatDoesNotCome_IsUnknown_AndFoundLater(string card, long amountMinor, Verb verb)
    {
        var wire = await WireAsync();
        var (patient, hasty) = (Client(wire), Client(wire, ProviderUnderTest.Short));
        var request = _under.Authorising(amountMinor, SandboxUnderTest.CardOf(card));
        if (verb == Verb.Capture)
        {
            Assert.Equal(Verdict.Approved, (await patient.AuthoriseAsync(request, Cancel)).Verdict);
            request = _under.Following(request);
        }

        Assert.Equal(ProviderAnswer.Unknown, await ComplianceRules.AskAsync(hasty, verb, request, Cancel));
        Assert.Equal(Verdict.Approved, (await patient.FindAsync(verb, request, Cancel)).Verdict);
    }

    [Fact]
    public async Task DeadProvider_IsLeftAlone_UntilARequestFindsItAlive()
    {
        var wire = await WireAsync(Fault.AnswerNeverComes);
        var client = Client(wire, ProviderUnderTest.Short);
        var known = _under.Authorising();
        await Task.WhenAll(
            Enumerable.Range(0, 6).Select(number => client.AuthoriseAsync(number == 0 ? known : _under.Authorising(), Cancel)));

        // No client waits any more, and nothing is sent.
        var sent = wire.Requests;
        Assert.Equal(ProviderAnswer.Unknown, await client.AuthoriseAsync(_under.Authorising(), Cancel));
        Assert.Equal(ProviderAnswer.Unknown, await client.FindAsync(Verb.Authorise, known, Cancel));
        Assert.Equal(sent, wire.Requests);

        // After the pause recovery's question is the one that goes through, and all go through again.
        wire.Fault = null;
        await Task.Delay(ProviderUnderTest.Short.Pause + TimeSpan.FromMilliseconds(100), TimeProvider.System, Cancel);
        Assert.Equal(Verdict.Approved, (await client.FindAsync(Verb.Authorise, known, Cancel)).Verdict);
        Assert.Equal(Verdict.Approved, (await client.AuthoriseAsync(_under.Authorising(), Cancel)).Verdict);
    }

    [Fact]
    public async Task AddressWhereThereIsNothing_IsUnknown()
    {
        var client = new SandboxProvider(
            _under.AccountAt(new Uri(await SandboxUnderTest.AddressAsync(), "/sub")), new ProviderOptions(), TimeProvider.System,
            _under.Log);

        // There is nothing at that path, which says nothing about the request.
        Assert.Equal(ProviderAnswer.Unknown, await client.AuthoriseAsync(_under.Authorising(), Cancel));
    }

    private static async Task<BadWire> WireAsync(Fault? fault = null) =>
        await BadWire.ToAsync(await SandboxUnderTest.AddressAsync(), fault);

    private SandboxProvider Client(BadWire wire, ProviderTimeouts? timeouts = null) => new(
        _under.AccountAt(wire.Address),
        new ProviderOptions
        {
            Timeouts = timeouts ?? new ProviderTimeouts(),
            NoticeAddress = (merchant, provider) => new Uri($"https://pay.example/notices/{provider}/{merchant.Value}"),
        },
        TimeProvider.System,
        _under.Log);

    private sealed record Voucher : InstrumentSecret
    {
        public override MaskedInstrument Shown => new(InstrumentKind.Card, "0000");
    }
}
