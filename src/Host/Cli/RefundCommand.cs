using System.CommandLine;
using Quittance.Core.Collecting;
using Quittance.Core.Engine;
using Quittance.Core.Providers;
using Quittance.Storage;
using Quittance.Storage.Tenancy;
using Spectre.Console;
using Command = System.CommandLine.Command;

namespace Quittance.Host.Cli;

/// <summary><c>refund</c>: the refunds that people pay out, since no provider does.</summary>
internal static class RefundCommand
{
    private const int Most = 1000;

    private static readonly Argument<long> Number = new("refund") { Description = "The refund's number, as the list shows it" };

    private static readonly Option<string> Reason = new("--reason") { Description = "How you know; kept in the audit log", HelpName = "text", Required = true };

    private static readonly Option<bool> ToPay = new("--to-pay") { Description = "Those that wait to be paid out", Required = true };

    public static Command Create()
    {
        var list = new Command("list", "List the refunds that are to be paid out: what, to whom, how much, since when")
        {
            ToPay, MerchantOption.Merchant, DatabaseOptions.Data, DatabaseOptions.Database, JsonOption.Json,
        };
        list.SetAction((options, cancel) => Terminal.RunAsync(progress => ListAsync(options, progress, cancel)));
        return new Command("refund", "Refunds that are paid out by bank transfer, or at a client's gateway")
        {
            list,
            Telling("paid", "The customer has the money of a refund", ProviderAnswer.Approved),
            Telling("call-off", "A refund will not be paid out: its payment has the money as before", ProviderAnswer.Declined(DeclineReason.Declined)),
        };
    }

    private static Command Telling(string name, string description, ProviderAnswer answer)
    {
        var telling = new Command(name, description) { Number, Reason, MerchantOption.Merchant, DatabaseOptions.Data, DatabaseOptions.Database, JsonOption.Json };
        telling.SetAction((options, cancel) => Terminal.RunAsync(progress => TellAsync(options, answer, progress, cancel)));
        return telling;
    }

    private static async Task<int> ListAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel)
    {
        await using var database = await OpenDatabase.ExistingAsync(options, progress, cancel);
        var merchant = await MerchantOption.FindAsync(options, new Merchants(database.Source, TimeProvider.System), cancel);
        var waiting = await new PayOuts(database.Source).WaitingAsync(merchant, after: null, Most + 1, cancel);
        var shown = waiting.Take(Most).ToList();
        Report.Print(options, new { Refunds = shown.Select(DocumentOf), HasMore = waiting.Count > Most }, () =>
        {
            if (shown.Count == 0)
                Terminal.Out.MarkupLine("[green]✓[/] No refund waits to be paid out.");
            foreach (var refund in shown)
            {
                Terminal.Out.MarkupLineInterpolated($"[bold]{refund.RefundNumber}[/]  {refund.Attempt.Amount} to {refund.Name ?? $"customer {refund.AccountNumber}"}");
                Terminal.Out.MarkupLineInterpolated($"  of payment {refund.PaymentNumber} · {refund.Attempt.Provider} · since {Report.Time(refund.Attempt.OpenedAt)}");
            }

            if (waiting.Count > Most)
                Terminal.Out.MarkupLineInterpolated($"These are the oldest {Most}.");
        });
        return 0;
    }

    private static object DocumentOf(PayOut refund) => new
    {
        Refund = refund.RefundNumber,
        Id = refund.Refund.Value,
        Payment = refund.PaymentNumber,
        Account = refund.AccountNumber,
        refund.Name,
        refund.Attempt.Amount,
        By = refund.Attempt.Provider,
        Since = refund.Attempt.OpenedAt,
    };

    private static async Task<int> TellAsync(ParseResult options, ProviderAnswer answer, IProgress<string> progress, CancellationToken cancel)
    {
        await using var database = await OpenDatabase.OwnOrShareAsync(options, progress, cancel);
        var merchant = await MerchantOption.FindAsync(options, new Merchants(database.Source, TimeProvider.System), cancel);
        var (number, reason) = (options.GetValue(Number), options.GetRequiredValue(Reason));
        var refund = await new PayOuts(database.Source).FindAsync(merchant, number, cancel);
        if (refund is not { Attempt.IsSettled: false })
            throw new CommandException($"No refund {number} waits to be paid out. See: quittance refund list --to-pay");
        await using var engine = database.StartEngine(new EngineOptions { Lease = TimeSpan.Zero });
        var taken = await engine.SubmitAsync(
            new TakeAnswer(CommandLineOrigin.Of(merchant, "payment.settle", $"payment {refund.PaymentNumber}", reason), refund.Attempt, answer)
            {
                AskedAfter = refund.Attempt.Events,
                Note = reason,
            });
        if (!taken.Accepted)
            throw new CommandException($"Nothing was changed: {Refused.Text(taken)}.");
        var status = answer.Verdict == Verdict.Approved ? "done" : "failed";
        Report.Print(
            options, new { Refund = number, Payment = refund.PaymentNumber, refund.Attempt.Amount, Status = status },
            () => Terminal.Out.MarkupLineInterpolated(
                $"[green]✓[/] Refund {number} of {refund.Attempt.Amount} is [bold]{(answer.Verdict == Verdict.Approved ? "paid out" : "called off")}[/]."));
        return 0;
    }
}
