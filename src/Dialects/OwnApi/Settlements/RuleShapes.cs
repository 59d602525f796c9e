using Quittance.Core;
using Quittance.Core.Settlements;
using Quittance.Dialects.OpenApi;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Parameter;
using static Quittance.Dialects.OpenApi.Shape;
using static Quittance.Dialects.OwnApi.OwnApiDocument;
using static Quittance.Dialects.OwnApi.OwnApiRequests;
using static Quittance.Dialects.OwnApi.OwnApiResponses;

namespace Quittance.Dialects.OwnApi.Settlements;

/// <summary>A rule in the list.</summary>
/// <param name="Remark">What rules before it say of its lines; empty for nothing.</param>
/// <param name="Trial">What it would have done; null where that is not asked.</param>
internal sealed record ShownRule(LineRule Rule, string Remark, RuleTrial? Trial);

/// <summary>The rules for lines that name nothing of ours, with their description.</summary>
internal static class RuleShapes
{
    public const string Try = "try";
    public const string Ended = "ended";

    private const int ShownLines = 20;

    private static readonly Resource<TriedLine> Tried = new(null, "A line that it fits.")
    {
        { Required("line", Uuid("The line.")), tried => tried.Line.Id.Value },
        { Required("amount", Sum, "Its amount; below zero for money out."), Sum, tried => tried.Line.Amount },
        { Required("verdict", Word(
            "It waits, and the rule `takes` it; it was decided as the rule says (`agrees`), or otherwise (`contradicts`); an `earlier` "
            + "rule takes it; or it names something of yours or waits for another reason, and is `left`.",
            EnumWords.All<RuleVerdict>())), tried => EnumWords.Of(tried.Verdict) },
    };

    private static readonly Resource<RuleTrial> Trial = new(
        null, "What the rule would have done with the lines of the last three months.")
    {
        { Required("from", Day("The first of their days.")), trial => TextOf(trial.From) },
        { Required("count", Whole("How many lines it fits.", 0)), trial => (long)trial.Lines.Count },
        {
            Required("contradicting", Whole("How many of them were decided otherwise.", 0)),
            trial => (long)trial.Of(RuleVerdict.Contradicts)
        },
        { Required("said", Text("All of it in sentences.")), trial => trial.Said },
        { Required("lines", List(Tried, $"The newest {ShownLines}.")), Tried, trial => [.. trial.Lines.Take(ShownLines)] },
    };

    private static readonly Resource<ShownRule> Rule = new("LineRule", "A rule for lines of the bank that name nothing of yours.")
    {
        { Required("number", Whole("Its number, by which lines name it.", 1)), shown => (long)shown.Rule.Number },
        {
            Optional("place", Whole("Its place in the order: the first rule that fits wins. An ended one has none.", 1)),
            shown => shown.Rule.IsEnded ? null : (long?)shown.Rule.Place
        },
        { Required("name", Text("Its name, for people.")), shown => shown.Rule.Name },
        { Required("as", Word("What its lines are.", EnumWords.All<LineRuleUse>())), shown => EnumWords.Of(shown.Rule.Use) },
        { Required("on", Flag("Whether it decides lines.")), shown => shown.Rule.IsOn },
        { Required("ended", Flag("Whether it was ended; lines still name it.")), shown => shown.Rule.IsEnded },
        { Required("fits", Text("Its conditions in words.")), shown => shown.Rule.Holds },
        { Required("says", Text("What it says of its lines, in words.")), shown => shown.Rule.Says },
        {
            Optional("remark", Text("What rules before it say of its lines.")),
            shown => shown.Remark.Length == 0 ? null : shown.Remark
        },
        { Optional("trial", Trial, "What it would have done, where you asked."), Trial, shown => shown.Trial },
    };

    public static readonly Resource<IReadOnlyList<ShownRule>> Rules = new("LineRules", "Rules for lines of the bank.")
    {
        { Required("items", List(Rule, "In their order.")), Rule, all => all },
    };

    public static Operation ListRules { get; } = new("listRules", "Statements", "Lists the rules for lines of the bank, in their order")
    {
        Description = "A line that names nothing of yours goes to the rules in their order, when a statement is imported; the first that "
            + "fits decides it.",
        Parameters =
        [
            InQuery(Try, Whole("The number of a rule that is tried on the lines of the last three months.", 1)),
            InQuery(Ended, Word("Those that were ended, the last ones first, or those that are not.", "true", "false")),
        ],
        Replies = [new(200, "The rules.", Rules), Invalid],
    };
}
