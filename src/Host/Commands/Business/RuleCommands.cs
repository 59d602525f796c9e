using System.CommandLine;
using Quittance.BackOffice.BankStatements;
using Quittance.Core;
using Quittance.Core.Settlements;
using Quittance.Host.Cli;
using Quittance.Storage.Settlements;

using Command = System.CommandLine.Command;

namespace Quittance.Host.Commands.Business;

/// <summary><c>settlement rule</c>: what lines of the bank are that name nothing of the merchant's.</summary>
internal static class RuleCommands
{
    private const int ShownLines = 20;

    private static readonly Argument<int> Number = new("rule") { Description = "The number of the rule, as list shows it" };

    private static readonly Option<bool> Ended = Options.Flag("--ended", "List those that were ended: lines still name them");

    public static Command Rule() => new("rule", "Rules for lines of the bank that name nothing of yours; the first that fits wins")
    {
        CommandMaker.OfMerchant("list", "List the rules in their order", ListAsync, Ended),
        CommandMaker.OfMerchant(
            "try", "Show what a rule would have done with the lines of the last three months; it changes nothing", TryAsync, Number),
        ActCommand.Of(LineRuleActs.Set, "set"), ActCommand.Of(LineRuleActs.Switch, "switch"), ActCommand.Of(LineRuleActs.End, "end"),
    };

    private static async Task ListAsync(Run run)
    {
        var (books, merchant) = await run.ReadMerchantAsync();
        var all = new LineRules(books, run.Clock);
        var rules = run.Get(Ended) ? await all.EndedAsync(merchant, run.Cancel) : await all.ListAsync(merchant, run.Cancel);
        run.Print(rules.Select(rule => DocumentOf(rule, rules)), () =>
        {
            if (rules.Count == 0)
                Terminal.Line($"There is no {(run.Get(Ended) ? "ended rule" : "rule: each line that names nothing waits")}.");
            foreach (var rule in rules)
            {
                Terminal.Line(
                    $"{(rule.IsEnded ? "" : $"{rule.Place}. ")}[bold]{rule.Title}[/] is {StateOf(rule)}. Lines {rule.Holds}: ",
                    $"{rule.Says}. {Remark(rule, rules)}");
            }
        });
    }

    private static async Task TryAsync(Run run)
    {
        var (books, merchant) = await run.ReadMerchantAsync();
        var number = run.Get(Number);
        var rule = await new LineRules(books, run.Clock).FindAsync(merchant, number, run.Cancel)
            ?? throw new CommandException($"There is no rule {number}. See: quittance settlement rule list");
        var trial = await new RuleTrials(books, run.Clock).TryAsync(rule, run.Cancel);
        run.Print(
            new
            {
                Rule = rule.Number,
                trial.From,
                trial.Said,
                Lines = trial.Lines.Select(tried => new
                {
                    Line = SettlementText.DocumentOf(tried.Line),
                    Verdict = EnumWords.Of(tried.Verdict),
                }),
            },
            () =>
            {
                Terminal.Line($"[bold]{rule.Title}[/]: {rule.Says}. {trial.Said}");
                foreach (var (line, verdict) in trial.Lines.Take(ShownLines))
                {
                    Terminal.Line(
                        $"{line.BookedOn:yyyy-MM-dd}  {line.Amount}  {line.Counterparty ?? line.Account}  {line.Remittance ?? ""}: ",
                        $"{Report.Word(verdict)}");
                }
            });
    }

    private static string StateOf(LineRule rule) => rule.IsEnded ? "ended" : rule.IsOn ? "on" : "off";

    private static string Remark(LineRule rule, IReadOnlyList<LineRule> rules) => rule.RemarkAmong(rules);

    private static object DocumentOf(LineRule rule, IReadOnlyList<LineRule> rules) => new
    {
        rule.Place,
        rule.Number,
        rule.Name,
        As = EnumWords.Of(rule.Use),
        rule.IsOn,
        rule.IsEnded,
        Lines = rule.Holds,
        rule.Says,
        Remark = Remark(rule, rules) is { Length: > 0 } remark ? remark : null,
    };
}
