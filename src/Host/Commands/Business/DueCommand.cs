using System.CommandLine;
using Quittance.BackOffice.Acts;
using Quittance.BackOffice.Dues;
using Quittance.Console.Pages.Debits;
using Quittance.Console.Pages.Payments;
using Quittance.Core;
using Quittance.Core.Dues;
using Quittance.Core.Overdue;
using Quittance.Host.Cli;
using Quittance.Storage.Debits;
using Quittance.Storage.Dues;
using Quittance.Storage.Overdue;

using Command = System.CommandLine.Command;

namespace Quittance.Host.Commands.Business;

/// <summary><c>collect due</c>: asks for what is due from customers' stored instruments.</summary>
internal static class DueCommand
{
    private const int Shown = 50;

    private static readonly TimeSpan LooksEvery = TimeSpan.FromMilliseconds(500);

    private static readonly Option<DateOnly> Until = new("--until")
    {
        Description = "The last due day, such as 2027-01-31",
        HelpName = "day",
        Required = true,
    };

    private static readonly Option<string> Method = Options.Choice(
        "--method", "Only from customers who are charged so (default: all)", isRequired: false, [.. EnumWords.All<DueWay>()]);

    private static readonly Option<string> Api = Options.ApiOf(
        "Only from customers whom clients of this API have named (default: all)", isRequired: false);

    private static readonly Option<string?> Minimum = Options.Text(
        "--minimum", "amount currency", "No payment in this currency is made of less, such as \"5.00 EUR\" (default: none)");

    private static readonly Option<bool> AutopayOnly = Options.Flag("--autopay", "Only from customers who chose autopay");

    private static readonly Option<bool> Dry = Options.Flag("--dry", "Only show what would be asked for, and why the rest is not");

    public static Command Due() => CommandMaker.OfMerchant(
        "due", "Collect what is due until a day from customers' stored cards and bank accounts; safe to repeat, also after an interruption",
        RunAsync, Until, Method, Api, Minimum, AutopayOnly, Dry);

    public static Command Policy() => new("policy", "On which business day of each month a run of what is due begins by itself")
    {
        CommandMaker.OfMerchant("show", "Show the policy, and the next day on which a run begins", ShowPolicyAsync),
        ActCommand.Of(DueActs.SetPolicy, "set"),
        ActCommand.Of(DueActs.EndPolicy, "end"),
    };

    private static async Task ShowPolicyAsync(Run run)
    {
        var (books, merchant) = await run.ReadMerchantAsync();
        var today = await run.TodayAsync(books, merchant);
        var state = await new DuePolicies(books, run.Clock).LookAsync(merchant, today, run.Cancel);
        var (policy, notBegunSince) = (state.Policy, state.NotBegunSince);
        run.Print(
            new
            {
                policy?.Day,
                Method = policy?.Filter.Way,
                Api = policy?.Filter.Dialect,
                policy?.Filter.Minimum,
                Autopay = policy?.Filter.IsAutopayOnly,
                NextOn = state.NextAfter(today),
                NotBegunSince = notBegunSince,
            },
            () =>
            {
                if (policy is null)
                {
                    Terminal.Line($"No run begins by itself.");
                }
                else
                {
                    Terminal.Line(
                        $"A run begins on business day {policy.Day} of each month, next on {state.NextAfter(today):yyyy-MM-dd}.");
                    if (policy.Filter.Way is { } way)
                        Terminal.Line($"Only by {EnumWords.Of(way)}.");
                    if (policy.Filter.Dialect is { } api)
                        Terminal.Line($"Only of customers of {api}.");
                    if (policy.Filter.Minimum is { } least)
                        Terminal.Line($"No payment is made of less than {least}.");
                    if (policy.Filter.IsAutopayOnly)
                        Terminal.Line($"Only of customers who chose autopay.");
                }

                if (notBegunSince is { } day)
                    Terminal.Line($"The run of {day:yyyy-MM-dd} has not begun.");
            });
    }

    private static async Task RunAsync(Run run)
    {
        var filter = new DueFilter(run.Get(Until))
        {
            Way = EnumWords.Find<DueWay>(run.Get(Method)),
            Dialect = run.Get(Api),
            Minimum = MinimumOf(run),
            IsAutopayOnly = run.Get(AutopayOnly),
        };
        await (run.Get(Dry) ? PreviewAsync(run, filter) : CollectAsync(run, filter));
    }

    private static Money? MinimumOf(Run run)
    {
        if (run.Get(Minimum) is not { } typed)
            return null;
        return typed.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var amount, var code]
            && Currency.TryParse(code.ToUpperInvariant(), out var currency) ? Cli.Run.AmountOf("--minimum", amount, currency)
            : throw new CommandException("--minimum is an amount and its currency, such as \"5.00 EUR\".");
    }

    private static async Task PreviewAsync(Run run, DueFilter filter)
    {
        var (books, merchant) = await run.ReadMerchantAsync();
        var (dues, today) = (new DueReading(books), await run.TodayAsync(books, merchant));
        var preview = await dues.PreviewAsync(merchant, filter, today, run.Cancel);
        var leftOut = await dues.LeftOutAsync(merchant, filter, today, why: null, after: 0, Shown, run.Cancel);
        run.Print(
            new
            {
                filter.Until,
                IsDry = true,
                preview.Customers,
                preview.Count,
                ToCollect = preview.ToAsk.Select(DocumentOf),
                LeftOut = preview.LeftOut.Select(one => new { one.Why, one.Count, one.Sum }),
                FirstLeftOut = leftOut.Select(one => new
                {
                    Customer = one.Case.Account.Number,
                    one.Case.Account.Name,
                    Charge = one.Verdict.Due.Charge.Number,
                    one.Verdict.Due.Charge.DueOn,
                    one.Verdict.Amount,
                    one.Verdict.Why,
                }),
            },
            () =>
            {
                foreach (var one in preview.ToAsk)
                    Terminal.Line($"{DueWords.Of(one.Way)} through {one.Provider}: {one.Count} of [bold]{one.Sum}[/]");
                foreach (var one in preview.LeftOut)
                    Terminal.Line($"left out: {DueWords.Of(one.Why)}: {one.Count} of {one.Sum}");
                foreach (var one in leftOut)
                {
                    Terminal.Line(
                        $"  customer {one.Case.Account.Number}, charge {one.Verdict.Due.Charge.Number} of {one.Verdict.Amount}: ",
                        $"{DueWords.Of(one.Verdict.Why!.Value)}");
                }

                Terminal.Line($"Nothing is changed. {preview.Count} payments of {preview.Customers} customers would be asked for.");
            });
    }

    private static async Task CollectAsync(Run run, DueFilter filter)
    {
        var (books, merchant) = await run.ChangeMerchantAsync();
        await using var parts = await RetryCommands.CollectingAsync(run, books);
        var dues = new DueReading(books);
        var desk = new DueDesk(
            dues, new DueRuns(books), new LostTime(books), parts.GetRequiredService<Core.Engine.PaymentEngine>(),
            parts.GetRequiredService<Core.Executing.Collector>(), run.Clock);
        var begun = await desk.BeginAsync(
            merchant, filter, run.By(merchant, DueActs.Word, $"dues until {filter.Until:yyyy-MM-dd}"), key: null, run.Cancel);
        CommandException.ThrowIfRefused(begun, "Nothing was asked for");
        var id = new DueRunId(merchant, begun.Subject);
        // A server may carry it out meanwhile: the command tells the result all the same.
        DueReport? report;
        while ((report = await desk.CarryOutAsync(id, run.Cancel)) is null)
            await Task.Delay(LooksEvery, run.Clock, run.Cancel);
        var (ended, outcomes) = ((await dues.FindAsync(id, run.Cancel))!, await dues.OutcomesAsync(id, run.Cancel));
        var failed = await AskedDue.WithNextAsync(
            merchant, await dues.PaymentsAsync(id, DueResult.Failed, Guid.Empty, Shown, run.Cancel),
            new Retries(books, new RetryPolicies(books, run.Clock)), await run.TodayAsync(books, merchant), run.Cancel);
        run.Print(
            new
            {
                Id = id.Value,
                ended.Number,
                ended.Status,
                filter.Until,
                IsDry = false,
                ended.Planned,
                Asked = outcomes.Sum(one => one.Count),
                Outcomes = outcomes.Select(one => new { one.Result, one.Reason, one.Count, one.Sum }),
                FirstFailed = failed.Select(one => new
                {
                    Payment = one.Payment.Number,
                    Customer = one.Account.Number,
                    Charge = one.Charge.Number,
                    one.Payment.Amount,
                    one.Reason,
                    NextOn = one.Next?.On,
                    NextWhy = one.Next?.Why,
                }),
                report.Refused,
                Failed = report.Broken.Select(one => one.Charge),
            },
            () =>
            {
                foreach (var one in outcomes)
                    Terminal.Line($"{DueWords.Of(one.Result, one.Reason)}: {one.Count} of [bold]{one.Sum}[/]");
                foreach (var one in failed)
                {
                    Terminal.Line(
                        $"  payment {one.Payment.Number}, customer {one.Account.Number}, charge {one.Charge.Number} of ",
                        $"{one.Payment.Amount}: {NextOf(one.Next!.Value)}");
                }

                foreach (var one in report.Refused.Take(Shown))
                    Terminal.Line($"charge [bold]{one.Charge}[/] was not asked for: {RefusalText.Of(one.Why)}");
                foreach (var (charge, why) in report.Broken.Take(Shown))
                    Terminal.Line($"charge [bold]{charge}[/] was not asked for: Quittance failed on it ({why.GetType().Name})");
                Terminal.Line($"[green]✓[/] Run [bold]{ended.Number}[/] has asked for {outcomes.Sum(one => one.Count)} charges.");
            });
    }

    private static string NextOf(RetryVerdict next) => next is { On: { } day } ? $"next try on {day:yyyy-MM-dd}"
        : $"no next try. {RetryWords.Of(next.Why!.Value)} {RetryWords.AdviceFor(next.Why.Value)}".TrimEnd();

    private static object DocumentOf(DueSum one) => new { Method = one.Way, one.Provider, one.Count, one.Sum };
}
