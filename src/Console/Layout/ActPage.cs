using Quittance.Core;
using Quittance.Core.Acts;
using static Quittance.Console.Languages.Texts;

namespace Quittance.Console.Layout;

/// <summary>
/// A page whose form follows from a declared act. It has its own paragraphs, and <see cref="Parts.AskedFields"/> has a field for each thing
/// that the act asks.
/// </summary>
public abstract class ActPage : ActionPage
{
    /// <summary>The end of the name of the field that has an amount's currency.</summary>
    public const string CurrencyEnd = "_currency";

    /// <summary>The act of the page.</summary>
    public abstract DeclaredAct Act { get; }

    public override bool NeedsReason => Act.IsGrave;

    /// <summary>Whether its form asks for a reason.</summary>
    public virtual bool AsksReason => true;

    /// <summary>What the page shows in a field before it is sent; null for nothing.</summary>
    public virtual string? GivenOf(string field) => Http.Request.Query[field];

    /// <summary>What a field shows.</summary>
    public virtual string? ShownIn(string field) => TypedIn(field);

    /// <summary>What was typed into a field; before that, what it begins with.</summary>
    public string? TypedIn(string field) => IsSent ? Http.Request.Form[field] : GivenOf(field);

    /// <summary>What the page takes as the answer of an ask: what was typed.</summary>
    protected virtual string? AnswerOf(string field) => TypedIn(field);

    /// <summary>Does the act with what was typed, and goes to another page; or stays and shows the problems.</summary>
    protected async Task DoAsync(Place to, string word)
    {
        // Both show their problems.
        var hasReason = !AsksReason || HasReason();
        if (Answers() is { } asked && hasReason)
            await DoAsync(Act, asked, to, word);
    }

    /// <summary>What the address asks for; null where it is not right, and then each field shows its problem.</summary>
    protected Asked? Answers()
    {
        var (asked, isRight) = (new Asked(), true);
        foreach (var ask in Act.Asks)
            isRight &= Check(ask.Name, Read(ask, asked));
        return isRight ? asked : null;
    }

    /// <summary>Reads what was typed for an ask.</summary>
    /// <returns>The problem; null for none.</returns>
    private string? Read(Ask ask, Asked asked)
    {
        var typed = AnswerOf(ask.Name)?.Trim() ?? "";
        if (ask.Kind == AskKind.Flag)
        {
            asked.With(ask.Name, typed == "true");
            return null;
        }

        if (typed.Length == 0)
            return ask.IsOptional ? null : Say("Fill this in.");
        switch (ask.Kind)
        {
            case AskKind.Amount:
                if (!Currency.TryParse(TypedIn(ask.Name + CurrencyEnd)?.Trim().ToUpperInvariant(), out var currency))
                    return Say("Name the currency, such as EUR.");
                var problem = TypedAmount.Read(typed, currency, out var amount);
                asked.With(ask.Name, problem is null ? amount : null);
                return problem is null ? null : Heard(problem);
            case AskKind.Day:
                asked.With(ask.Name, Places.Day(typed));
                return asked.Has(ask.Name) ? null : Say("Type a day such as 2027-01-31.");
            case AskKind.Whole:
                asked.With(ask.Name, ask.WholeOf(typed));
                return asked.Has(ask.Name) ? null : Say($"Type a whole number from {ask.Least} to {ask.Most}.");
            case AskKind.Word:
                asked.With(ask.Name, ask.Words.Contains(typed, StringComparer.Ordinal) ? typed : null);
                return asked.Has(ask.Name) ? null : Say("Choose one.");
            default:
                asked.With(ask.Name, ask.TextOf(typed));
                return ProblemOf(typed, (int)ask.Most, missing: Say("Fill this in."));
        }
    }
}
