using System.CommandLine;
using Quittance.BackOffice.Overdue;
using Quittance.Console.Pages.Customers;
using Quittance.Core;
using Quittance.Core.Acts;
using Quittance.Core.Overdue;
using Quittance.Host.Cli;
using Quittance.Storage.Overdue;

using Command = System.CommandLine.Command;

namespace Quittance.Host.Commands.Business;

/// <summary><c>dunning</c>: reminders of what is overdue.</summary>
internal static class DunningCommands
{
    private const int ShownSteps = 50;

    private static readonly Argument<string> Code = new("currency") { Description = "The currency of the customers' bills, such as EUR" };

    private static readonly Option<string[]> Level = new("--level")
    {
        Description = "A level: the days after the due day, and its fee where it has one, such as 14 or 28:5.00; once for each level",
        HelpName = "days[:fee]",
        Required = true,
    };

    private static readonly Option<bool> Agency = Options.Flag("--agency", "From the last level on an agency collects the debt");

    private static readonly Option<string?> Minimum = Options.Text(
        "--minimum", "amount", "The overdue amount below which no customer is dunned (default: none)");

    private static readonly Option<string> Reason = Options.Required("--reason", "text", "Why; kept in the audit log");

    private static readonly Option<bool> Dry = Options.Flag("--dry", "Only show who would be dunned, and why others are not");

    private static readonly Argument<string> Account = new("account")
    {
        Description = "The account, by its number or a name that clients use for it",
    };

    public static Command Dunning()
    {
        var command = new Command("dunning", "Reminders of what is overdue: when customers get them, and how far they are")
        {
            new Command("policy", "When customers are dunned, one policy for each currency")
            {
                CommandMaker.OfMerchant("list", "List the policies", ListAsync),
                CommandMaker.OfMerchant("set", "Set the policy of a currency", SetAsync, Code, Level, Agency, Minimum, Reason),
                CommandMaker.OfMerchant(
                    "end", "End the policy of a currency; no customer is dunned in it any more", EndAsync, Code, Reason),
            },
            CommandMaker.OfMerchant("run", "Do the dunning of today, as the server does once a day; safe to repeat", RunAsync, Dry),
            LetterCommand.Letters(),
            CommandMaker.OfMerchant("show", "Show how far a customer is dunned", ShowAsync, Account),
        };
        foreach (var correction in CorrectionCommands.OfDunning)
            command.Add(correction);
        return command;
    }

    private static async Task ListAsync(Run run)
    {
        var (books, merchant) = await run.ReadMerchantAsync();
        var policies = await new DunningPolicies(books, run.Clock).ListAsync(merchant, run.Cancel);
        run.Print(new { Policies = policies.Select(DocumentOf) }, () =>
        {
            if (policies.Count == 0)
                Terminal.Line($"No policy is set: no customer is dunned.");
            foreach (var policy in policies)
            {
                Terminal.Line(
                    $"[bold]{policy.Currency}[/]  from {new Money(policy.MinimumMinor, policy.Currency)} on: ",
                    $"{string.Join("; ", policy.Levels.Select((level, index) => TextOf(level, index + 1, policy.Currency)))}");
            }
        });
    }

    private static object DocumentOf(DunningPolicy policy) => new
    {
        Currency = policy.Currency.Code,
        Minimum = new Money(policy.MinimumMinor, policy.Currency),
        Levels = policy.Levels.Select(level => new
        {
            level.AfterDays,
            Fee = level.FeeMinor > 0 ? new Money(level.FeeMinor, policy.Currency) : (Money?)null,
            level.HandsOver,
        }),
    };

    private static string TextOf(DunningLevel level, int number, Currency currency) =>
        $"level {number} after {level.AfterDays} days"
        + (level.FeeMinor > 0 ? $", fee {new Money(level.FeeMinor, currency)}" : "") + (level.HandsOver ? ", to the agency" : "");

    private static Task SetAsync(Run run) => ChangeAsync(
        run, DunningActs.SetPolicy,
        new Asked().With(DunningActs.Levels, string.Join(';', run.Required(Level))).With(DunningActs.Agency, run.Get(Agency))
            .With(DunningActs.Minimum, run.Get(Minimum)));

    private static Task EndAsync(Run run) => ChangeAsync(run, DunningActs.EndPolicy, new Asked());

    private static async Task ChangeAsync(Run run, DeclaredAct act, Asked asked)
    {
        var currency = CurrencyOf(run);
        var result = await run.DoAsync(act, asked.With(DunningActs.Code, currency.Code), run.Required(Reason));
        var policies = await new DunningPolicies(run.Database.Source, run.Clock)
            .ListAsync(new MerchantId(run.Get(Options.Merchant)), run.Cancel);
        var policy = policies.FirstOrDefault(one => one.Currency == currency);
        run.Print(new { Policy = policy is null ? null : DocumentOf(policy) }, $"[green]✓[/] {result.Sentence}");
    }

    private static async Task RunAsync(Run run)
    {
        var isDry = run.Get(Dry);
        var (books, merchant) = isDry ? await run.ReadMerchantAsync() : await run.ChangeMerchantAsync();
        var today = await run.TodayAsync(books, merchant);
        var dunning = new DunningRun(
            new Dunnings(books, new DunningPolicies(books, run.Clock)), isDry ? null : run.StartEngine());
        List<DunnedAccount> all = [];
        await foreach (var one in dunning.OfAsync(
            merchant, today, isDry ? null : one => run.By(merchant, "dunning.run", $"account {one.Account.Number}"), run.Cancel))
        {
            all.Add(one);
        }

        run.Print(
            new { Day = today, IsDry = isDry, Accounts = all.Select(one => DocumentOf(one, today)) },
            () =>
            {
                foreach (var one in all)
                    Terminal.Line($"account [bold]{one.Candidate.Account.Number}[/] {one.Candidate.Account.Name ?? ""}: {TextOf(one)}");
                var (steps, ends) = (all.Count(one => one.Move == DunningMove.Step), all.Count(one => one.Move == DunningMove.End));
                Terminal.Line(
                    $"{(isDry ? "Nothing is changed. It would be" : "Done:")} {steps} to the next level, {ends} ended, ",
                    $"{all.Count - steps - ends} left as they are.");
            });
    }

    private static object DocumentOf(DunnedAccount one, DateOnly today) => new
    {
        Account = one.Candidate.Account.Number,
        Id = one.Candidate.Account.Id.Value,
        one.Verdict.Move,
        one.Verdict.Why,
        Level = one.Verdict.Move == DunningMove.End ? one.Candidate.Case.Dunning.Level : one.Verdict.Level,
        one.Verdict.On,
        Overdue = new Money(one.Verdict.OverdueMinor, one.Candidate.Account.Currency),
        Fee = FeeOf(one),
        LeftOut = one.Candidate.Case.Overdue.Where(charge => charge.LeftOut is not null)
            .Select(charge => new { Charge = charge.Charge.Number, Why = charge.LeftOut }),
        Day = today,
        Refused = one.Outcome is { Accepted: false } refused ? CommandException.ReasonOf(refused) : null,
    };

    private static Money? FeeOf(DunnedAccount one) =>
        one.Verdict.Move == DunningMove.Step && one.Candidate.Case.Policy is { } policy
            && policy.Levels[one.Verdict.Level - 1].FeeMinor is > 0 and var minor ? new Money(minor, policy.Currency) : null;

    private static string TextOf(DunnedAccount one)
    {
        if (one.Outcome is { Accepted: false } refused)
            return CommandException.ReasonOf(refused);
        var overdue = new Money(one.Verdict.OverdueMinor, one.Candidate.Account.Currency);
        return one.Verdict.Move switch
        {
            DunningMove.Step => $"level {one.Verdict.Level} for {overdue}{(FeeOf(one) is { } fee ? $", fee {fee}" : "")}",
            DunningMove.End => "nothing is overdue any more: ended",
            DunningMove.Wait => TextOf(one.Verdict),
        };
    }

    private static string TextOf(DunningVerdict verdict) => verdict.On is { } day
        ? $"{(verdict.Why == DunningWait.Paused ? "paused, " : "")}level {verdict.Level} on {day:O}" : DunningWords.Of(verdict.Why);

    private static async Task ShowAsync(Run run)
    {
        var (books, merchant) = await run.ReadMerchantAsync();
        var account = await CorrectionCommands.CustomerAsync(run, books, merchant, run.Required(Account));
        var today = await run.TodayAsync(books, merchant);
        var dunnings = new Dunnings(books, new DunningPolicies(books, run.Clock));
        var found = await dunnings.FindAsync(account.Account, today, run.Cancel)
            ?? throw new InvalidOperationException("An account that has a name is not in the books.");
        var steps = await dunnings.StepsAsync(account.Account, ShownSteps, run.Cancel);
        var (dunning, verdict) = (found.Case.Dunning, found.Case.On(today));
        run.Print(
            new
            {
                Account = account.Number,
                dunning.Level,
                Since = dunning.SteppedOn,
                dunning.IsWithAgency,
                dunning.IsExempt,
                dunning.PausedUntil,
                Next = verdict,
                Steps = steps.Select(step => new { step.Id.Cycle, step.Id.Level, On = step.TakenOn, step.Overdue, step.HandsOver }),
            },
            () =>
            {
                var level = dunning.Level > 0 ? $"level {dunning.Level} since {dunning.SteppedOn:O}" : "not dunned";
                Terminal.Line($"account [bold]{account.Number}[/]: {level}{(dunning.IsWithAgency ? ", with the agency" : "")}");
                Terminal.Line($"  {(verdict.Move == DunningMove.Wait ? TextOf(verdict) : $"the run of today does the next step")}");
                foreach (var step in steps)
                    Terminal.Line($"  {step.TakenOn:O}  level {step.Id.Level} for {step.Overdue}");
            });
    }

    private static Currency CurrencyOf(Run run) => Currency.TryParse(run.Required(Code).ToUpperInvariant(), out var currency)
        ? currency : throw new CommandException($"{run.Required(Code)} is no currency. Name one such as EUR.");
}
