using System.CommandLine;
using System.Globalization;
using Quittance.Core;
using Quittance.Core.Acts;

namespace Quittance.Host.Cli;

/// <summary>The command of a declared act: each thing that it asks is an option.</summary>
internal static class ActCommand
{

    /// <param name="name">Its name within its group.</param>
    public static Command Of(DeclaredAct act, string name)
    {
        var reason = Options.Reason(isRequired: act.IsGrave);
        List<(Ask Ask, Option<string?> Option)> options = [.. act.Asks.Select(ask => (ask, OptionOf(ask)))];
        return CommandMaker.OfMerchant(
            name, act.Title,
            async run =>
            {
                var asked = new Asked();
                foreach (var (ask, option) in options)
                    asked.With(ask.Name, run.Get(option) is { } typed ? ValueOf(ask, option.Name, typed) : null);
                var result = await run.DoAsync(act, asked, run.Get(reason));
                run.Print(new { Act = act.Word, Said = result.Sentence }, $"[green]✓[/] {result.Sentence}");
            },
            [.. options.Select(each => each.Option), reason]);
    }

    private static Option<string?> OptionOf(Ask ask)
    {
        var option = new Option<string?>($"--{ask.Name.Replace('_', '-')}")
        {
            Description = ask.Meaning.TrimEnd('.'),
            HelpName = ask.Kind switch
            {
                AskKind.Amount => "amount currency",
                AskKind.Day => "day",
                AskKind.Whole => "number",
                AskKind.Flag => "yes|no",
                AskKind.Word => string.Join('|', ask.Words),
                AskKind.Text => "text",
            },
            Required = !ask.IsOptional && ask.Kind != AskKind.Flag,
        };
        if (ask.Kind == AskKind.Word)
            option.AcceptOnlyFromAmong([.. ask.Words]);
        return option;
    }

    private static object ValueOf(Ask ask, string option, string typed) => ask.Kind switch
    {
        AskKind.Amount => AmountOf(option, typed),
        AskKind.Day => DateOnly.TryParseExact(typed, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && DayWindow.Holds(day) ? day : throw new CommandException($"{option} is a day such as 2027-01-31, {DayWindow.Rule}."),
        AskKind.Flag => typed is "yes" or "no" ? typed == "yes" : throw new CommandException($"{option} is yes or no."),
        AskKind.Whole => ask.WholeOf(typed) ?? throw new CommandException($"{option} is a whole number from {ask.Least} to {ask.Most}."),
        AskKind.Text or AskKind.Word => typed.Trim() is { Length: > 0 } text && text.Length <= ask.Most && OneLine.IsName(text) ? text
            : throw new CommandException($"{option} has 1 to {ask.Most} characters, {OneLine.Rule}."),
    };

    private static Money AmountOf(string option, string typed) =>
        typed.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var amount, var code]
            && Currency.TryParse(code.ToUpperInvariant(), out var currency)
            ? Run.AmountOf(option, amount, currency)!.Value
            : throw new CommandException($"{option} is an amount and its currency, such as \"500.00 EUR\".");
}
