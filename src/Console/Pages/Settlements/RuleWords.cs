using Quittance.Core.Settlements;
using static Quittance.Console.Languages.Texts;

namespace Quittance.Console.Pages.Settlements;

/// <summary>The words for rules about lines of the bank.</summary>
internal static class RuleWords
{
    /// <summary><see cref="LineRule.Title"/> in the reader's language.</summary>
    public static string TitleOf(LineRule rule) => Say($"Rule {rule.Number} ({rule.Name})");

    /// <summary><see cref="LineRule.Holds"/> in the reader's language: names and words stand inside, so that it is said in parts.</summary>
    public static string Holds(LineRule rule) => string.Join(
        ", ", new[]
        {
            rule.Direction switch { LineDirection.In => Say("money in"), LineDirection.Out => Say("money out"), null => null },
            rule.BankAccount is null ? null : Say($"on {rule.BankAccount}||account"),
            rule.Counterparty is null ? null : Say($"from or to “{rule.Counterparty}”"),
            rule.CounterpartyHash is null ? null : Say("from or to one bank account"),
            rule.Words is null ? null : Say($"with “{rule.Words}”"),
            (rule.Least, rule.Most) switch
            {
                ({ } least, { } most) when least == most => Say($"of {PlainAmount.Of(least)}"),
                ({ } least, { } most) => Say($"of {PlainAmount.Of(least)} to {PlainAmount.Of(most)}"),
                ({ } least, null) => Say($"of at least {PlainAmount.Of(least)}"),
                (null, { } most) => Say($"of at most {PlainAmount.Of(most)}"),
                (null, null) => null,
            },
        }.OfType<string>());
}
