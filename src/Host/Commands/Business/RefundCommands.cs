using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Books;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;
using Quittance.Host.Cli;
using Quittance.Providers;
using Quittance.Storage.Providers;
using Quittance.Storage.Reading;
using Command = System.CommandLine.Command;

namespace Quittance.Host.Commands.Business;

/// <summary><c>payment refund</c>, and <c>refund</c>: the refunds that operators pay out, because no provider holds their money.</summary>
internal static class RefundCommands
{
    private const int LongestText = 255;

    private const int Most = 1000;

    private static readonly Argument<long> Number = new("refund") { Description = "The refund's number, as the list shows it" };

    private static readonly Option<string> Proof = Options.Required("--reason", "text", "How you know; kept in the audit log");

    private static readonly Option<bool> ToPay = new("--to-pay") { Description = "The refunds that people still pay out", Required = true };

    private static readonly Option<string?> AmountOption = Options.Text(
        "--amount", "amount", "How much, in the payment's currency, such as 12.34 (default: all that has not gone back yet)");

    private static readonly Option<bool> KeepDebt = Options.Flag(
        "--keep-debt", "The charges that the money had settled are open again (default: they are forgiven)");

    private static readonly Option<string> Reason = Options.Required("--reason", "text", "Why; kept in the audit log");

    private static readonly Option<string?> Key = Options.Text(
        "--key", "text", "Names this refund: the same key again gives nothing back twice (default: payment, amount and reason together)");

    public static Command Refund() => new("refund", "Refunds that are paid out by bank transfer, or at a client's gateway")
    {
        CommandMaker.OfMerchant("list", "List the refunds to pay out: customer, amount, and since when", ListAsync, ToPay),
        CommandMaker.OfMerchant(
            "paid", "Book that the customer has received a refund", PaidAsync, Number, Proof),
        CommandMaker.OfMerchant(
            "call-off", "A refund will not be paid out: its payment has the money as before",
            CallOffAsync, Number, Proof),
    };

    /// <summary><c>payment refund</c>.</summary>
    public static Command OfPayment(Argument<string> payment) => CommandMaker.OfMerchant(
        "refund", "Give money of a payment back; safe to repeat, also beside a running server", GiveBackAsync,
        payment, AmountOption, KeepDebt, Reason, Key);

    private static async Task ListAsync(Run run)
    {
        var (books, merchant) = await run.ReadMerchantAsync();
        var waiting = await new PayOuts(books).WaitingAsync(merchant, after: null, Most + 1, run.Cancel);
        var shown = waiting.Take(Most).ToList();
        run.Print(new { Refunds = shown.Select(DocumentOf), HasMore = waiting.Count > Most }, () =>
        {
            if (shown.Count == 0)
                Terminal.Line($"[green]✓[/] No refund waits to be paid out.");
            foreach (var refund in shown)
            {
                Terminal.Line(
                    $"[bold]{refund.RefundNumber}[/]  {refund.Attempt.Amount} to {refund.Name ?? $"customer {refund.AccountNumber}"}");
                Terminal.Line(
                    $"  of payment {refund.PaymentNumber} · {refund.Attempt.Provider} · since {Report.Time(refund.Attempt.OpenedAt)}",
                    $"{StandingOf(refund)}");
            }

            if (waiting.Count > Most)
                Terminal.Line($"These are the oldest {Most}.");
        });
    }

    private static string StandingOf(RefundToPay refund) => refund switch
    {
        { Collection: { } collection } => $" · in collection {collection}",
        { Rejected: { } reason } => $" · the bank rejected it: {reason}",
        _ => "",
    };

    private static object DocumentOf(RefundToPay refund) => new
    {
        Refund = refund.RefundNumber,
        Id = refund.Refund.Value,
        Payment = refund.PaymentNumber,
        Account = refund.AccountNumber,
        refund.Name,
        refund.Attempt.Amount,
        By = refund.Attempt.Provider,
        Since = refund.Attempt.OpenedAt,
        refund.Collection,
        refund.Rejected,
    };

    private static async Task PaidAsync(Run run)
    {
        var (refund, reason) = await WaitingAsync(run);
        var origin = run.By(refund.Refund.Merchant, "refund.paid", refund.Subject, reason);
        await SettleAsync(run, refund, refund.Paid(origin), "done", "paid out");
    }

    private static async Task CallOffAsync(Run run)
    {
        var (refund, reason) = await WaitingAsync(run);
        if (refund.Collection is { } collection)
        {
            throw new CommandException(
                $"Collection {collection} has refund {refund.RefundNumber}: call the collection off, or read what the bank says of its "
                + "file.");
        }

        var origin = run.By(refund.Refund.Merchant, "refund.call-off", refund.Subject, reason);
        await SettleAsync(run, refund, refund.CallOff(origin), "failed", "called off");
    }

    private static async Task<(RefundToPay Refund, string Reason)> WaitingAsync(Run run)
    {
        var (books, merchant) = await run.ChangeMerchantAsync();
        var (number, reason) = (run.Required(Number), Run.ReasonOf(run.Required(Proof)));
        return await new PayOuts(books).FindAsync(merchant, number, run.Cancel) is { Attempt.IsSettled: false } refund ? (refund, reason)
            : throw new CommandException($"No refund {number} waits to be paid out. See: quittance refund list --to-pay");
    }

    private static async Task SettleAsync(Run run, RefundToPay refund, TakeAnswer settled, string status, string text)
    {
        var taken = await run.StartEngine(new EngineOptions { Lease = TimeSpan.Zero }).SubmitAsync(settled);
        CommandException.ThrowIfRefused(taken, "Nothing was changed");
        run.Print(
            new { Refund = refund.RefundNumber, Payment = refund.PaymentNumber, refund.Attempt.Amount, Status = status },
            $"[green]✓[/] Refund {refund.RefundNumber} of {refund.Attempt.Amount} is [bold]{text}[/].");
    }

    private static async Task GiveBackAsync(Run run)
    {
        var reason = Run.ReasonOf(run.Required(Reason));
        if (run.Get(Key) is { Length: 0 or > LongestText })
            throw new CommandException($"--key has 1 to {LongestText} characters.");
        var (books, merchant) = await run.ChangeMerchantAsync();
        var view = await PaymentCommands.FindAsync(run, books, merchant);
        var payment = view.Payment;
        var amount = AmountOf(run, payment);
        var timeouts = new ProviderTimeouts();
        await using var parts = new ServiceCollection().AddLogging().AddCollecting(
            books, run.StartEngine(Composition.EngineFor(timeouts)), await run.OpenVaultAsync(), run.Clock,
            new ProviderOptions { Timeouts = timeouts }, new AttemptSchedule())
            // The engine refuses to begin a refund while the books are held.
            .AddSingleton<IHold>(new Hold(IsHeld: false)).BuildServiceProvider();
        var collector = parts.GetRequiredService<Collector>();
        collector.Interrupted = (_, trouble) => run.Progress.Report($"The provider could not be asked: {trouble.Message}");
        run.Progress.Report("Giving the money back");
        var outcome = await collector.SubmitAsync(
            new RefundPayment(
                run.By(merchant, "payment.refund", $"payment {payment.Number}", reason),
                AccountTarget.Of(view.Account.Id, view.Account.Slot),
                payment.Id, new RefundId(merchant, run.NewId()), Reference.House)
            {
                Amount = amount,
                KeepsDebt = run.Get(KeepDebt),
                Key = KeyOf(payment, amount, run.Get(KeepDebt), reason, run.Get(Key)),
            },
            patient: true);
        await PrintAsync(run, payment, outcome, new Books(books));
    }

    private static async Task PrintAsync(Run run, Payment payment, Outcome outcome, Books books)
    {
        if (outcome.Faults.Any(fault => fault.Refusal == Refusal.UnderWay))
        {
            run.Print(new { Payment = payment.Number, Status = RefundStatus.Pending, Repeated = outcome.Attempts.Count == 0 },
                () => Terminal.Line(
                $"[yellow]…[/] The refund has begun, and the provider has not answered yet: a running server asks until it does. ",
                $"See: quittance payment show {payment.Number} --merchant {payment.Id.Merchant.Value}"));
            return;
        }

        if (outcome.Faults.Any(fault => fault.Refusal == Refusal.KeyReused))
            throw new CommandException("Nothing was given back: this --key names another refund.");
        CommandException.ThrowIfRefused(outcome, "Nothing was given back");
        var view = outcome.Refund
            ?? await books.RefundAsync(new RefundId(payment.Id.Merchant, outcome.Subject), outcome.Sequence, run.Cancel)
            ?? throw new InvalidOperationException("A kept answer names a refund that is not in the books.");
        var refund = view.Refund;
        var failed = refund.Status == RefundStatus.Failed;
        run.ExitCode = failed ? 1 : 0;
        var document =
            new
            {
                Payment = payment.Number,
                Refund = refund.Number,
                Id = refund.Id.Value,
                refund.Amount,
                refund.Status,
                Repeated = outcome.Replayed
            };
        run.Print(document, () =>
        {
            var given = $"{refund.Amount?.ToString()} of payment {payment.Number}";
            Terminal.Line(failed
                ? $"[red]✗[/] The provider did not give {given} back: the money is where it was."
                : (FormattableString)$"[green]✓[/] Refund [bold]{refund.Number}[/]: {given} · {Report.Word(refund.Status)}");
            if (outcome.Replayed)
            {
                Terminal.Line(
                    $"  It was asked for before, and nothing was given back twice. To give as much back again, name another --key.");
            }
        });
    }

    private static Money? AmountOf(Run run, Payment payment)
    {
        if (payment.Amount is not { } paid)
            throw new CommandException($"Payment {payment.Number} is a record without an amount: there is nothing to give back.");
        return Run.AmountOf(AmountOption.Name, run.Get(AmountOption), paid.Currency);
    }

    /// <summary>Makes the command safe to repeat: by the given key, or by the request itself.</summary>
    private static KeyUse KeyOf(Payment payment, Money? amount, bool keepsDebt, string reason, string? given)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(
            $"{payment.Number}\n{amount?.ToString() ?? "all"}{(keepsDebt ? " and the debt stays" : "")}\n{reason}"));
        return new KeyUse(
            new RequestKey(payment.Id.Merchant, "payment refund", given ?? Convert.ToHexStringLower(hash), 0), hash, Expires: false);
    }
}
