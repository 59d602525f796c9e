using Quittance.Core;
using Quittance.Core.Overdue;
using Quittance.Dialects.Http;
using Quittance.Dialects.Http.Json;
using Quittance.Dialects.OpenApi;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Shape;
using static Quittance.Dialects.OwnApi.OwnApiResponses;

namespace Quittance.Dialects.OwnApi.Overdue;

/// <summary>A policy to set; null levels end it.</summary>
internal sealed record PolicyRequest(Currency? Currency, long MinimumMinor, IReadOnlyList<DunningLevel> Levels, string? Reason);

/// <summary>Whether a customer is dunned.</summary>
internal sealed record HoldRequest(bool IsExempt, DateOnly? PausedUntil, string? Reason);

/// <summary>How far an account is dunned.</summary>
internal sealed record ShownDunning(DunningCandidate Candidate, DunningVerdict Verdict, IReadOnlyList<DunningStep> Steps);

/// <summary>The requests and answers about reminders of what is overdue.</summary>
internal static class DunningShapes
{
    private const string Decimal = "^[0-9]+(\\.[0-9]+)?$";

    private static readonly Resource<(DunningLevel Level, Currency Currency)> Level = new(null, "A level.")
    {
        {
            Required("after_days", Whole("The days after the due day.", 1, DunningPolicy.MostDays)),
            one => (long?)one.Level.AfterDays
        },
        {
            Required("fee", Like("What it costs the customer.", Decimal)),
            one => new Money(one.Level.FeeMinor, one.Currency).ToText(AmountDecimals.Full)
        },
        { Required("hands_over", Flag("Whether an agency collects the debt from then on.")), one => (bool?)one.Level.HandsOver },
    };

    public static readonly Resource<DunningPolicy> Policy = new("DunningPolicy", "When customers billed in a currency are dunned.")
    {
        { Required("currency", Like("The currency.", "^[A-Z]{3}$")), policy => policy.Currency.Code },
        {
            Required("minimum", Like("The overdue amount below which no customer is dunned.", Decimal)),
            policy => new Money(policy.MinimumMinor, policy.Currency).ToText(AmountDecimals.Full)
        },
        {
            Required("levels", List(Level, "The levels, the first one first; none to dun no customer.")), Level,
            policy => [.. policy.Levels.Select(level => (level, policy.Currency))]
        },
    };

    public static readonly Resource<IReadOnlyList<DunningPolicy>> Policies = new("DunningPolicies", "The policies of dunning.")
    {
        { Required("items", List(Policy, "One for each currency.")), Policy, all => all },
    };

    public static readonly Shape PolicyCreate = Object(
        "DunningPolicyCreate", "When customers billed in a currency are to be dunned.",
        Required("currency", Like("The currency, by ISO 4217.", "^[A-Z]{3}$")),
        Optional("minimum", Like("The overdue amount below which no customer is dunned; without it none.", Decimal)),
        Required("levels", List(
            Inline(
                "A level.",
                Required("after_days", Whole("The days after the due day, more than the level before.", 1, DunningPolicy.MostDays)),
                Optional("fee", Like("What it costs the customer; without it nothing.", Decimal)),
                Optional("hands_over", Flag("Whether an agency collects the debt from then on; only of the last level."))).Closed(),
            "The levels, the first one first; none ends the policy.", DunningPolicy.MostLevels)),
        OwnApiRequests.Because).Closed();

    public static readonly Shape HoldCreate = Object(
        "DunningHoldCreate", "Whether a customer is dunned.",
        Optional("exempt", Flag("Whether the customer is never dunned.")),
        Optional("paused_until", Day("The last day without dunning. Without it and without `exempt` the customer is dunned again.")),
        OwnApiRequests.Because).Closed();

    private static readonly Resource<DunningStep> Step = new(null, "A level that the customer reached.")
    {
        { Required("cycle", Whole("How often dunning had begun by then.", 1)), step => (long?)step.Id.Cycle },
        { Required("level", Whole("The level.", 1)), step => (long?)step.Id.Level },
        { Required("sequence", Whole("The event of the account that tells of it.", 1)), step => (long?)step.Sequence },
        { Required("on", Day("Its day.")), step => TextOf(step.TakenOn) },
        { Required("overdue", OwnApiRequests.Sum, "What was overdue, less credit."), OwnApiRequests.Sum, step => step.Overdue },
        { Optional("fee", Uuid("The charge of its fee.")), step => step.Fee?.Value },
        { Required("hands_over", Flag("Whether an agency collects the debt from then on.")), step => (bool?)step.HandsOver },
    };

    public static readonly Resource<ShownDunning> Dunning = new("AccountDunning", "How far a customer is dunned.")
    {
        { Required("account", Uuid("The account.")), shown => (Guid?)shown.Candidate.Account.Id.Value },
        { Required("level", Whole("The last level; 0 for none.", 0)), shown => (long?)shown.Candidate.Case.Dunning.Level },
        { Optional("since", Day("The day of that level.")), shown => TextOf(shown.Candidate.Case.Dunning.SteppedOn) },
        {
            Required("with_agency", Flag("Whether an agency collects the debt.")),
            shown => (bool?)shown.Candidate.Case.Dunning.IsWithAgency
        },
        { Required("exempt", Flag("Whether the customer is never dunned.")), shown => (bool?)shown.Candidate.Case.Dunning.IsExempt },
        { Optional("paused_until", Day("The last day without dunning.")), shown => TextOf(shown.Candidate.Case.Dunning.PausedUntil) },
        {
            Required("next", Word("What the next run does: a `step`, the `end`, or nothing.", EnumWords.All<DunningMove>())),
            shown => EnumWords.Of(shown.Verdict.Move)
        },
        {
            Optional("why", Word("Why nothing happens.", EnumWords.All<DunningWait>())),
            shown => shown.Verdict.Why is { } why ? EnumWords.Of(why) : null
        },
        { Optional("next_level", Whole("The next level.", 1)), shown => shown.Verdict.Level is > 0 and var level ? (long?)level : null },
        { Optional("next_on", Day("The day of the next level, where it is known.")), shown => TextOf(shown.Verdict.On) },
        { Required("steps", List(Step, "The levels that the customer reached, the last one first.")), Step, shown => shown.Steps },
    };

    /// <summary>Reads a policy to set.</summary>
    public static Reading<PolicyRequest, OwnApiProblem> ReadPolicy(ReadOnlyMemory<byte> body) => OwnApiRequests.Read(body, fields =>
    {
        var code = fields.Text("currency", 3, required: true);
        if (!Currency.TryParse(code, out var currency) && code is not null)
            fields.Refuse("currency", FieldProblem.NotInList, "a currency of ISO 4217 in capitals, such as EUR");
        // Another currency's decimals only find faults in a request that is refused anyway.
        var money = currency ?? Euro;
        var minimum = fields.AmountText("minimum", money);
        List<DunningLevel> levels = [];
        foreach (var level in fields.Array("levels", DunningPolicy.MostLevels, required: true)?.Objects() ?? [])
        {
            var days = level.Integer("after_days", 1, DunningPolicy.MostDays, required: true);
            levels.Add(new DunningLevel(
                (int)(days ?? 0), level.AmountText("fee", money)?.AmountMinor ?? 0, level.Boolean("hands_over") ?? false));
            level.RefuseUnknown();
        }

        if (levels.Count > 0 && levels.TrueForAll(level => level.AfterDays > 0) && !DunningPolicy.AreLevels(levels))
            fields.Refuse("levels", FieldProblem.OutOfRange, "levels of which each is later than the one before; only the last hands over");
        if (minimum is { AmountMinor: < 0 })
            fields.Refuse("minimum", FieldProblem.OutOfRange, "an amount of zero or above");
        var asked = new PolicyRequest(
            currency, minimum?.AmountMinor ?? 0, levels, fields.Name("reason", OwnApiRequests.MostText, required: true));
        fields.RefuseUnknown();
        return asked;
    });

    /// <summary>Reads whether a customer is to be dunned.</summary>
    public static Reading<HoldRequest, OwnApiProblem> ReadHold(ReadOnlyMemory<byte> body) => OwnApiRequests.Read(body, fields =>
    {
        var asked = new HoldRequest(
            fields.Boolean("exempt") ?? false, fields.Day("paused_until"), fields.Name("reason", OwnApiRequests.MostText, required: true));
        fields.RefuseUnknown();
        return asked;
    });

    private static readonly Currency Euro = Currency.Parse("EUR");
}
