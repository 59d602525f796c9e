using Microsoft.Extensions.Logging;
using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Providers.Sandbox;
using Quittance.Tests.Running;

namespace Quittance.Tests.Providers;

/// <summary>The compliance suite bites: for each rule there is a provider that breaks it, and is caught.</summary>
public sealed class BrokenProviderTests
{
    private static readonly KeptLog<SandboxProvider> Log = new();

    private static readonly Flaw ApprovesTheUnknown =
        Answers(asked => true, answer => answer == ProviderAnswer.Unknown ? ProviderAnswer.Approved : answer);

    private static readonly Flaw FailsTheUnknown = Answers(
        asked => true, answer => answer == ProviderAnswer.Unknown ? ProviderAnswer.Declined(DeclineReason.Declined) : answer);

    private static readonly (string Breaks, string How, Flaw Flaw)[] Broken =
    [
        ("Sent again with the same id, it takes effect once", "captures anew each time", Anew(Verb.Capture)),
        ("Sent again with the same id, it takes effect once", "refunds anew each time", Anew(Verb.Refund)),
        ("Sent again without the security code, it is still the same", "takes it for another request", (asked, ask) =>
            asked.Verb == Verb.Authorise && asked.Request.SecurityCode is null ? Task.FromResult(ProviderAnswer.Unknown)
                : ask(asked.Request)),
        ("A decline says why", "keeps the reason to itself", Answers(
            asked => !asked.IsFind, answer => answer.Verdict == Verdict.Declined ? new ProviderAnswer(Verdict.Declined) : answer)),
        ("A decline says why", "forgets the reason", Answers(
            asked => asked.IsFind, answer =>
                answer.Verdict == Verdict.Declined ? ProviderAnswer.Declined(DeclineReason.Declined) : answer)),
        ("Every kind of instrument is understood", "knows only cards", (asked, ask) =>
            asked.Request.Instrument is null or Card ? ask(asked.Request)
                : Task.FromResult(ProviderAnswer.Declined(DeclineReason.RequestRefused))),
        ("After a lost answer, asking tells the truth", "has lost the request with the answer",
            Answers(asked => asked.IsFind, _ => ProviderAnswer.NotFound)),
        ("After a lost answer, asking tells the truth", "believes that all went well",
            Answers(asked => asked.IsFind, _ => ProviderAnswer.Approved)),
        ("After a lost answer, asking tells the truth", "takes a lost answer for a failure", FailsTheUnknown),
        ("A request has one id of the provider's, which never changes", "says another one when it is asked",
            Answers(asked => asked.IsFind, answer => answer with { Reference = "another" })),
        ("A request has one id of the provider's, which never changes", "says none",
            Answers(asked => true, answer => answer with { Reference = null })),
        ("An unknown id is not found", "does not tell that it knows nothing", Answers(asked => asked.IsFind, _ => ProviderAnswer.Unknown)),
        ("An unknown id is not found", "takes what it doesn't know for declined", Answers(
            asked => asked.IsFind, answer => answer == ProviderAnswer.NotFound ? ProviderAnswer.Declined(DeclineReason.Declined) : answer)),
        ("Void of an authorisation that never arrived keeps it from ever taking effect", "says so and forgets", (asked, ask) =>
            asked is { Verb: Verb.Void, IsFind: false } ? Task.FromResult(ProviderAnswer.Approved) : ask(asked.Request)),
        ("Void of an authorisation that never arrived keeps it from ever taking effect", "declines it", Answers(
            asked => asked.Verb == Verb.Void, _ => ProviderAnswer.Declined(DeclineReason.AuthorisationInvalid))),
        ("A voided authorisation can't be captured", "captures it",
            Answers(asked => asked.Verb == Verb.Capture, _ => ProviderAnswer.Approved)),
        ("More than authorised can't be captured", "captures it",
            Answers(asked => asked.Verb == Verb.Capture, _ => ProviderAnswer.Approved)),
        ("Refunds never exceed what was captured", "gives it back",
            Answers(asked => asked.Verb == Verb.Refund, _ => ProviderAnswer.Approved)),
        ("An id used for something else is unknown, never done", "takes it for a decline", FailsTheUnknown),
        ("An id used for something else is unknown, never done", "takes it for done", ApprovesTheUnknown),
        ("A time-out is unknown, never failed", "takes it for a failure", FailsTheUnknown),
        ("Every verb ends within 20 seconds", "waits for ever", async (asked, ask) =>
        {
            var answer = await ask(asked.Request);
            if (answer == ProviderAnswer.Unknown)
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, CancellationToken.None);
            return answer;
        }),
        ("When the caller stops waiting, the answer is unknown", "throws", async (asked, ask) =>
        {
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, asked.Cancel);
            return await ask(asked.Request);
        }),
        ("Broken answers are unknown", "takes them for done", ApprovesTheUnknown),
        ("Broken answers are unknown", "takes them for failed", FailsTheUnknown),
        ("An answer about something else is unknown", "does not look", ApprovesTheUnknown),
        ("An answer about another amount is unknown", "does not look", ApprovesTheUnknown),
        (Scrubbing, "logs the card", (asked, ask) =>
        {
            Log.LogInformation("charging {Card}", (asked.Request.Instrument as Card)?.Number.Reveal());
            return ask(asked.Request);
        }),
        (Scrubbing, "throws the account", (asked, ask) => asked.Request.Instrument is IbanAccount account
            ? throw new InvalidOperationException($"can't debit {account.Iban.Reveal().ToLowerInvariant()}")
            : ask(asked.Request)),
    ];

    private const string Scrubbing = "Scrubbing: no card number, security code, IBAN or API key in any log line, exception or ToString";

    public static IEnumerable<TheoryDataRow<int>> All() => Broken.Select((broken, index) =>
        new TheoryDataRow<int>(index) { TestDisplayName = $"Caught: \"{broken.Breaks}\" ({broken.How})" });

    [Theory]
    [MemberData(nameof(All))]
    public async Task BrokenProvider_IsCaught(int index)
    {
        var (breaks, _, flaw) = Broken[index];
        // The check would find the log lines of another case in this one.
        Log.Lines.Clear();
        var provider =
            new SandboxUnderTest(Log) { Around = good => new BrokenProvider(good, flaw), LimitForAll = TimeSpan.FromSeconds(12) };

        Assert.NotNull(await BreachAsync(ComplianceRules.All.Single(rule => rule.Name == breaks), provider));
    }

    [Fact]
    public void EveryRule_HasAProviderThatBreaksIt() =>
        Assert.Equal(ComplianceRules.All.Select(rule => rule.Name).Order(), Broken.Select(broken => broken.Breaks).Distinct().Order());

    /// <summary>A provider that throws has broken the rule that it was asked about.</summary>
    private static async Task<string?> BreachAsync(Rule rule, ProviderUnderTest provider)
    {
        try
        {
            return await rule.BreachAsync(provider);
        }
        catch (OperationCanceledException thrown)
        {
            return thrown.Message;
        }
    }

    private static Flaw Answers(Func<Asked, bool> when, Func<ProviderAnswer, ProviderAnswer> change) => async (asked, ask) =>
    {
        var answer = await ask(asked.Request);
        return when(asked) ? change(answer) : answer;
    };

    private static Flaw Anew(Verb verb) => (asked, ask) =>
        ask(asked.Verb == verb
            ? asked.Request with { Id = new AttemptId(asked.Request.Id.Merchant, Guid.CreateVersion7(TimeProvider.System.GetUtcNow())) }
            : asked.Request);
}
