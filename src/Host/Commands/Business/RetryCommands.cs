using System.CommandLine;
using Quittance.BackOffice.Overdue;
using Quittance.Console.Pages.Payments;
using Quittance.Core;
using Quittance.Core.Acts;
using Quittance.Core.Attempts;
using Quittance.Core.Books;
using Quittance.Core.Executing;
using Quittance.Core.Overdue;
using Quittance.Core.Payments;
using Quittance.Host.Cli;
using Quittance.Providers;
using Quittance.Storage.Overdue;

using Command = System.CommandLine.Command;

namespace Quittance.Host.Commands.Business;

/// <summary><c>retry</c>: stored instruments that are charged again.</summary>
internal static class RetryCommands
{
    private static readonly Option<int[]> After = new("--after")
    {
        Description = "A try: the days after the first failure, such as 3; once for each try",
        HelpName = "days",
        Required = true,
    };

    private static readonly Option<bool> Unexplained = Options.Flag(
        "--unexplained", "Also try again where the provider gave no reason, and after a returned debit");

    private static readonly Option<bool> ChargeFees = Options.Flag(
        "--charge-fees", "Also have the customer pay the provider's fee of a returned debit");

    private static readonly Option<string> Reason = Options.Required("--reason", "text", "Why; kept in the audit log");

    private static readonly Option<bool> Dry = Options.Flag("--dry", "Only show what would be tried, and why the rest is not");

    public static Command Retry() => new("retry", "Stored instruments that are charged again for what they did not pay")
    {
        new Command("policy", "When instruments are charged again")
        {
            CommandMaker.OfMerchant("show", "Show the policy", ShowAsync),
            CommandMaker.OfMerchant("set", "Set the policy", SetAsync, After, Unexplained, ChargeFees, Reason),
            CommandMaker.OfMerchant("end", "End the policy; no instrument is charged again by itself any more", EndAsync, Reason),
        },
        CommandMaker.OfMerchant("run", "Do the tries of today, as the server does once a day; safe to repeat", RunAsync, Dry),
    };

    /// <summary><c>payment retry</c>.</summary>
    public static Command OfPayment(Argument<string> payment) => CommandMaker.OfMerchant(
        "retry", "Charge the instrument of a failed payment again, for what is still open of its charges", RetryAsync, payment, Reason);

    private static async Task RetryAsync(Run run)
    {
        var reason = Run.ReasonOf(run.Required(Reason));
        var (books, merchant) = await run.ChangeMerchantAsync();
        var view = await PaymentCommands.FindAsync(run, books, merchant);
        var failed = view.Payment;
        var open = failed.Instrument is { } instrument
            ? await new Retries(books, new RetryPolicies(books, run.Clock)).OpenClaimsAsync(failed.Id, instrument, run.Cancel) : null;
        await using var parts = await CollectingAsync(run, books);
        var outcome = await parts.GetRequiredService<Collector>().SubmitAsync(
            new RetryByHand(
                run.By(merchant, "payment.retry", $"payment {failed.Number}", reason),
                AccountTarget.Of(view.Account.Id, view.Account.Slot), new PaymentId(merchant, run.NewId()), failed.Id, open),
            patient: true);
        if (outcome.Faults.Any(fault => fault.Refusal == Refusal.UnderWay))
        {
            run.Print(new { Failed = failed.Number, Status = PaymentStatus.Pending },
                $"[yellow]…[/] The payment has begun, and the provider has not answered yet: a running server asks until it does.");
            return;
        }

        CommandException.ThrowIfRefused(outcome, "Nothing was charged");
        var made = outcome.Payment!.Payment;
        run.ExitCode = made.Status is PaymentStatus.Declined or PaymentStatus.Failed ? 1 : 0;
        run.Print(
            new { Failed = failed.Number, Payment = made.Number, Id = made.Id.Value, made.Amount, made.Status },
            $"Payment [bold]{made.Number}[/] of {made.Amount?.ToString()} tries payment {failed.Number} again: {Report.Word(made.Status)}");
    }

    private static async Task ShowAsync(Run run)
    {
        var (books, merchant) = await run.ReadMerchantAsync();
        var policy = await new RetryPolicies(books, run.Clock).FindAsync(merchant, run.Cancel);
        run.Print(new { Policy = DocumentOf(policy) }, TextOf(policy));
    }

    private static object? DocumentOf(RetryPolicy? policy) => policy is null ? null : new
    {
        policy.AfterDays,
        policy.AlsoUnexplained,
        policy.ChargesFee,
    };

    private static FormattableString TextOf(RetryPolicy? policy) => policy is null
        ? (FormattableString)$"No policy is set: no instrument is charged again by itself."
        : $"Tries after [bold]{string.Join(", ", policy.AfterDays)}[/] days{MoreOf(policy)}.";

    private static string MoreOf(RetryPolicy policy) => (policy.AlsoUnexplained ? ", also without a reason" : "")
        + (policy.ChargesFee ? "; the customer pays the fee of a returned debit" : "");

    private static Task SetAsync(Run run) => ChangeAsync(
        run, RetryActs.SetPolicy,
        new Asked().With(RetryActs.After, string.Join(',', run.Required(After))).With(RetryActs.Unexplained, run.Get(Unexplained))
            .With(RetryActs.ChargeFees, run.Get(ChargeFees)));

    private static Task EndAsync(Run run) => ChangeAsync(run, RetryActs.EndPolicy, new Asked());

    private static async Task ChangeAsync(Run run, DeclaredAct act, Asked asked)
    {
        await run.DoAsync(act, asked, run.Required(Reason));
        var policy = await new RetryPolicies(run.Database.Source, run.Clock)
            .FindAsync(new MerchantId(run.Get(Options.Merchant)), run.Cancel);
        run.Print(new { Policy = DocumentOf(policy) }, TextOf(policy));
    }

    private static async Task RunAsync(Run run)
    {
        var isDry = run.Get(Dry);
        var (books, merchant) = isDry ? await run.ReadMerchantAsync() : await run.ChangeMerchantAsync();
        var today = await run.TodayAsync(books, merchant);
        var retries = new Retries(books, new RetryPolicies(books, run.Clock));
        await using var parts = isDry ? null : await CollectingAsync(run, books);
        var collector = parts?.GetRequiredService<Collector>();
        var retrying = new RetryRun(retries, collector, run.Clock);
        var fees = await retrying.ChargeFeesAsync(
            merchant, today, isDry ? null : fee => run.By(merchant, "retry.run", $"payment {fee.Payment}"), run.Cancel);
        List<TriedPayment> all = [];
        await foreach (var one in retrying.OfAsync(
            merchant, today, isDry ? null : one => run.By(merchant, "retry.run", $"payment {one.First.Number}"), run.Cancel))
        {
            all.Add(one);
        }

        run.Print(
            new { Day = today, IsDry = isDry, Payments = all.Select(DocumentOf), Fees = fees.Select(DocumentOf) },
            () =>
            {
                foreach (var (fee, outcome) in fees)
                {
                    Terminal.Line(
                        $"payment [bold]{fee.Payment}[/], returned by the bank: a fee of {fee.Fee}",
                        $"{(outcome is { Accepted: false } ? $" is not charged: {CommandException.ReasonOf(outcome)}" : "")}");
                }

                foreach (var one in all)
                    Terminal.Line($"payment [bold]{one.Candidate.First.Number}[/] of {AmountOf(one)}: {TextOf(one)}");
                var tried = all.Count(one => one.IsTried);
                Terminal.Line(
                    $"{(isDry ? "Nothing is changed. It would be" : "Done:")} {tried} tried again, {all.Count - tried} not.");
            });
    }

    /// <summary>The parts that ask providers.</summary>
    internal static async Task<ServiceProvider> CollectingAsync(Run run, Npgsql.NpgsqlDataSource books)
    {
        var timeouts = new ProviderTimeouts();
        return new ServiceCollection().AddLogging().AddCollecting(
            books, run.StartEngine(Composition.EngineFor(timeouts)), await run.OpenVaultAsync(), run.Clock,
            new ProviderOptions { Timeouts = timeouts }, new AttemptSchedule())
            // The engine refuses to begin a payment while the books are held.
            .AddSingleton<IHold>(new Hold(IsHeld: false)).BuildServiceProvider();
    }

    private static object DocumentOf(TriedPayment one) => new
    {
        Payment = one.Candidate.First.Number,
        Id = one.Candidate.First.Id.Value,
        Try = one.Candidate.Case.Tries + 1,
        Amount = AmountOf(one),
        one.Verdict.Why,
        one.Verdict.On,
        Became = one.Outcome is { Accepted: true } tried ? tried.Subject : (Guid?)null,
        Status = one.Outcome?.Payment?.Payment.Status,
        Refused = one.Outcome is { Accepted: false } refused ? CommandException.ReasonOf(refused) : null,
    };

    private static object DocumentOf(ChargedFee one) => new
    {
        one.Fee.Payment,
        one.Fee.Fee,
        Became = one.Outcome is { Accepted: true } raised ? raised.Subject : (Guid?)null,
        Refused = one.Outcome is { Accepted: false } refused ? CommandException.ReasonOf(refused) : null,
    };

    private static Money AmountOf(TriedPayment one) =>
        one.Candidate.First.Amount!.Value with { AmountMinor = one.Candidate.Case.AmountMinor };

    private static string TextOf(TriedPayment one)
    {
        if (one.Outcome is { Accepted: false } refused)
            return CommandException.ReasonOf(refused);
        if (one.Outcome?.Payment is { } made)
            return $"tried again by payment {made.Payment.Number}, {made.Payment.Status}";
        return one.Verdict switch
        {
            { Why: RetryWait.Early, On: { } day } => $"try {one.Candidate.Case.Tries + 1} on {day:O}",
            { Why: { } why } => RetryWords.Of(why),
            _ => $"try {one.Candidate.Case.Tries + 1}",
        };
    }
}
