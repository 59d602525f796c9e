using System.CommandLine;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Executing;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;
using Quittance.Dialects.Tmf676;
using Quittance.Host.Cli;
using Quittance.Storage.Console;
using Quittance.Storage.Reading;
using Spectre.Console;

using Command = System.CommandLine.Command;

namespace Quittance.Host.Commands.Business;

/// <summary><c>payment</c>: shows a payment, gives it back, and ends one that waits for its money.</summary>
internal static class PaymentCommands
{
    private static readonly Argument<string> Number = new("payment")
    {
        Description = "The payment's number, as answers and lists show it, or its id",
    };

    private static readonly Option<string> ReceivedBy = Options.Choice(
        "--received-by", "Who has the money", isRequired: true, [.. AwaitedMoney.Holders]);

    private static readonly Option<string?> Proof = Options.Text("--reason", "text", "How you know; kept in the audit log");

    private static readonly Option<string> Reason = Options.Required("--reason", "text", "Why; kept in the audit log");

    public static readonly Option<DateOnly?> TakenOn = Options.Of<DateOnly?>(
        "--on", "yyyy-MM-dd", "The day on which the money came, such as the day on which cash was taken (default: today)");

    public static Command Payment()
    {
        var payment = Uncorrected();
        foreach (var correction in CorrectionCommands.OfPayment(Number))
            payment.Add(correction);
        return payment;
    }

    private static Command Uncorrected() => new(
        "payment", "Payments: see them, give them back, correct them, and end those that wait for their money")
    {
        ListCommands.OfPayments(),
        CommandMaker.OfMerchant(
            "show", "Show a payment: its status, the charges it settles, the requests to its provider, and its events",
            ShowAsync, Number),
        RefundCommands.OfPayment(Number),
        RetryCommands.OfPayment(Number),
        CommandMaker.OfMerchant(
            "complete",
            "Book the money of a payment that was recorded without it, or that the customer promised in the widget. "
            + "It settles the bills that the payment names; the rest is credit",
            CompleteAsync, Number, ReceivedBy, TakenOn, Proof),
        CommandMaker.OfMerchant(
            "cancel", "Call off a payment that waits for its money; what a provider has reserved goes back", CancelAsync, Number, Reason),
    };

    /// <summary>The payment of this number or id.</summary>
    public static async Task<PaymentView> FindAsync(Run run, NpgsqlDataSource books, MerchantId merchant)
    {
        var name = run.Required(Number);
        var reading = new Books(books);
        PaymentView? view = null;
        if (Guid.TryParse(name, out var id))
            view = await reading.PaymentAsync(new PaymentId(merchant, id), asOf: null, run.Cancel);
        else if (long.TryParse(name, out var number))
            view = await reading.PaymentAsync(merchant, number, run.Cancel);
        return view ?? throw new CommandException($"Merchant {merchant.Value} has no payment {name}.");
    }

    /// <summary>The day on which the money came, by <see cref="TakenOn"/>; null for today.</summary>
    public static async Task<DateOnly?> DayOfAsync(Run run, NpgsqlDataSource books, MerchantId merchant) =>
        run.Get(TakenOn) is var day && day > await run.TodayAsync(books, merchant)
            ? throw new CommandException("--on is a day that has come: today or an earlier one.") : day;

    private static async Task CompleteAsync(Run run)
    {
        var receivedBy = run.Required(ReceivedBy);
        var reason = run.Get(Proof) is { } typed ? Run.ReasonOf(typed) : "";
        var (books, merchant) = await run.ChangeMerchantAsync();
        var takenOn = await DayOfAsync(run, books, merchant);
        var view = await FindAsync(run, books, merchant);
        var attempts = await new Attempts(books).OfPaymentAsync(view.Payment.Id, run.Cancel);
        if (AwaitedMoney.HoldersOf(attempts) is [var promised] && promised != receivedBy)
        {
            throw CommandException.Unchanged(
                $"the customer promised this money as {promised}. Call the payment off, and record the money as it "
                + "came.");
        }

        var origin = run.By(merchant, "payment.complete", $"payment {view.Payment.Number}", reason);
        await CloseAsync(
            run, view, new AwaitedMoney(Tmf676Requests.PartsOf).Complete(origin, view, attempts, receivedBy, takenOn), "paid");
    }

    private static async Task CancelAsync(Run run)
    {
        var reason = Run.ReasonOf(run.Required(Reason));
        var (books, merchant) = await run.ChangeMerchantAsync();
        var view = await FindAsync(run, books, merchant);
        var attempts = await new Attempts(books).OfPaymentAsync(view.Payment.Id, run.Cancel);
        var origin = run.By(merchant, AwaitedMoney.CallingOff(attempts), $"payment {view.Payment.Number}", reason);
        // A running server has the provider give back what it has reserved.
        await CloseAsync(run, view, AwaitedMoney.CallOff(origin, view, attempts), "cancelled");
    }

    private static async Task CloseAsync(Run run, PaymentView view, AccountCommand command, string status)
    {
        CommandException.ThrowIfRefused(await run.StartEngine().SubmitAsync(command), "Nothing was changed");
        var (id, number) = (view.Payment.Id, view.Payment.Number);
        run.Print(new { Payment = id.Value, Number = number, Status = status },
            $"[green]✓[/] Payment {number} ({id.Value}) is [bold]{status}[/].");
    }

    private static async Task ShowAsync(Run run)
    {
        var (books, merchant) = await run.ReadMerchantAsync();
        var view = await FindAsync(run, books, merchant);
        var (id, stories) = (view.Payment.Id, new PaymentStories(books));
        var shown = new PaymentReport(
            view, await new Attempts(books).OfPaymentAsync(id, run.Cancel), await stories.RefundsAsync(id, run.Cancel),
            await stories.EventsAsync(id, run.Cancel));
        run.Print(DocumentOf(shown), () => Show(shown));
    }

    private static object DocumentOf(PaymentReport shown)
    {
        var (view, payment) = (shown.View, shown.View.Payment);
        return new
        {
            payment.Number,
            Id = payment.Id.Value,
            Merchant = payment.Id.Merchant.Value,
            Api = payment.Dialect,
            payment.Status,
            payment.StatusAt,
            payment.Method,
            Instrument = InstrumentOf(view),
            payment.Amount,
            Allocated = MoneyOf(payment, payment.AllocatedMinor),
            Unallocated = MoneyOf(payment, payment.UnallocatedMinor),
            Refunded = MoneyOf(payment, payment.RefundedMinor),
            Refundable = MoneyOf(payment, payment.RefundableMinor),
            Reversed = MoneyOf(payment, payment.ReversedMinor),
            MovedFrom = payment.MovedFrom?.Value,
            Account = new
            {
                view.Account.Number,
                Id = view.Account.Id.Value,
                view.Account.Name,
                Names = view.AccountNames.Select(name => new { Api = name.Dialect, name.Kind, name.Value }),
            },
            Allocations = view.Allocations.Select(allocation => new
            {
                Charge = allocation.Charge.Number,
                allocation.Charge.Reference,
                allocation.Charge.Document,
                Amount = new Money(allocation.AmountMinor, allocation.Charge.Amount.Currency),
                allocation.At,
            }),
            Refunds = shown.Refunds.Select(
                refund => new { refund.Number, Id = refund.Id.Value, refund.Amount, refund.Status, refund.StatusAt }),
            Attempts = shown.Attempts.Select(AttemptCommands.DocumentOf),
            Events = shown.Events.Select(happened => new
            {
                happened.Origin.At,
                happened.Of,
                happened.Subject,
                happened.Sequence,
                happened.Type,
                happened.Status,
                Credential = happened.Origin.Credential?.Id ?? 0,
                By = happened.Origin.Credential?.Name,
                happened.Origin.Request,
            }),
        };
    }

    private static void Show(PaymentReport shown)
    {
        var (view, payment) = (shown.View, shown.View.Payment);
        Terminal.Line(
            $"[bold]Payment {payment.Number}[/]  {payment.Amount?.ToString() ?? "no amount"} · {Report.Word(payment.Status)} ",
            $"since {Report.Time(payment.StatusAt)}");
        Terminal.Line($"  {payment.Id.Value} · {payment.Dialect} · {InstrumentOf(view) ?? Report.Word(payment.Method)}");
        Terminal.Line($"  {string.Join(" · ", [$"account {view.Account.Number}", .. NamesOf(view)])}");
        if (payment.Amount is not null)
        {
            Terminal.Line(
                $"  allocated {MoneyOf(payment, payment.AllocatedMinor)} · unallocated {MoneyOf(payment, payment.UnallocatedMinor)} · ",
                $"refunded {MoneyOf(payment, payment.RefundedMinor)} · reversed {MoneyOf(payment, payment.ReversedMinor)}");
        }

        foreach (var allocation in view.Allocations)
        {
            var reference = allocation.Charge.Reference is { } name ? $" ({name})" : "";
            Terminal.Line($"  settles {MoneyOf(payment, allocation.AmountMinor)} of charge {allocation.Charge.Number}{reference}");
        }

        foreach (var refund in shown.Refunds)
        {
            Terminal.Line(
                $"  refund {refund.Number} of {refund.Amount?.ToString()} · ",
                $"{Report.Word(refund.Status)} since {Report.Time(refund.StatusAt)}");
        }

        foreach (var attempt in shown.Attempts)
        {
            var reason = attempt.Reason is { } declined ? $" ({Report.Word(declined)})" : "";
            var named = attempt.ProviderReference is { } reference ? $" · {reference}" : "";
            var note = attempt.Note is { } text ? $" · {text}" : "";
            Terminal.Line(
                $"  {Report.Word(attempt.Verb)} {attempt.Amount} at {attempt.Provider} · {Report.Word(attempt.Status)}{reason}",
                $"{named}{note}");
        }

        var table = new Table().Border(TableBorder.Simple).AddColumns("When", "What", "Payment", "Who");
        foreach (var happened in shown.Events)
        {
            table.AddRow(
                new Text(Report.Time(happened.Origin.At)), new Text(Report.Word(happened.Type)),
                new Text(happened.Status is { } status ? Report.Word(status) : ""),
                new Text(happened.Origin.Credential is { } by ? $"{by.Name} (credential {by.Id})" : "operator or server"));
        }

        Terminal.Out.Write(table);
    }

    private static IEnumerable<string> NamesOf(PaymentView view) =>
        view.AccountNames.Select(reference => reference.Value).Prepend(view.Account.Name).OfType<string>();

    /// <summary>The part of its instrument that may be shown; null without one.</summary>
    private static string? InstrumentOf(PaymentView view) => view.Instrument?.Vaulted?.Shown.ToString() ?? view.Instrument?.Name;

    /// <summary>Null for a bare record, which has no currency.</summary>
    private static Money? MoneyOf(Payment payment, long minor) => payment.Amount is { } amount ? amount with { AmountMinor = minor } : null;

    private sealed record PaymentReport(
        PaymentView View, IReadOnlyList<Attempt> Attempts, IReadOnlyList<Refund> Refunds, IReadOnlyList<StoryEvent> Events);
}
