using System.CommandLine;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;
using Quittance.Storage;
using Quittance.Storage.Console;
using Quittance.Storage.Tenancy;
using Spectre.Console;

namespace Quittance.Host.Cli;

/// <summary><c>payment show</c>: all that is known of a payment, and who brought it.</summary>
internal static class PaymentShow
{
    /// <summary>A payment by its human number.</summary>
    public static Argument<long> Number { get; } = new("number") { Description = "The payment's number, as answers and lists show it" };

    public static Command Create()
    {
        var show = new Command("show", "Show a payment: how it stands, what it settles, what its provider was asked for, and what has happened")
        {
            Number, MerchantOption.Merchant, DatabaseOptions.Data, DatabaseOptions.Database, JsonOption.Json,
        };
        show.SetAction((options, cancel) => Terminal.RunAsync(progress => RunAsync(options, progress, cancel)));
        return show;
    }

    private static async Task<int> RunAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel)
    {
        await using var database = await OpenDatabase.ExistingAsync(options, progress, cancel);
        var merchant = await MerchantOption.FindAsync(options, new Merchants(database.Source, TimeProvider.System), cancel);
        var view = await PaymentCommand.FindAsync(database, merchant, options.GetValue(Number), cancel);
        var stories = new PaymentStories(database.Source);
        var seen = new Seen(
            view, await new Attempts(database.Source).OfPaymentAsync(view.Payment.Id, cancel), await stories.RefundsAsync(view.Payment.Id, cancel),
            await stories.EventsAsync(view.Payment.Id, cancel));
        Report.Print(options, DocumentOf(seen), () => Show(seen));
        return 0;
    }

    private static object DocumentOf(Seen seen)
    {
        var (view, payment) = (seen.View, seen.View.Payment);
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
            Allocated = seen.Of(payment.AllocatedMinor),
            Unallocated = seen.Of(payment.UnallocatedMinor),
            Refunded = seen.Of(payment.RefundedMinor),
            Refundable = seen.Of(payment.RefundableMinor),
            Reversed = seen.Of(payment.ReversedMinor),
            Account = new { view.Account.Number, Id = view.Account.Id.Value, view.Account.Name, Names = view.AccountNames.Select(name => new { Api = name.Dialect, name.Kind, name.Value }) },
            Allocations = view.Allocations.Select(allocation => new
            {
                Charge = allocation.Charge.Number,
                allocation.Charge.Reference,
                allocation.Charge.Document,
                Amount = new Money(allocation.AmountMinor, allocation.Charge.Amount.Currency),
                allocation.At,
            }),
            Refunds = seen.Refunds.Select(refund => new { refund.Number, Id = refund.Id.Value, refund.Amount, refund.Status, refund.StatusAt }),
            Attempts = seen.Attempts.Select(AttemptCommand.DocumentOf),
            Events = seen.Events.Select(happened => new
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

    private static void Show(Seen seen)
    {
        var (view, payment) = (seen.View, seen.View.Payment);
        Terminal.Out.MarkupLineInterpolated($"[bold]Payment {payment.Number}[/]  {payment.Amount?.ToString() ?? "no amount"} · {Report.Word(payment.Status)} since {Report.Time(payment.StatusAt)}");
        Terminal.Out.MarkupLineInterpolated($"  {payment.Id.Value} · {payment.Dialect} · {InstrumentOf(view) ?? Report.Word(payment.Method)}");
        Terminal.Out.MarkupLineInterpolated($"  account {view.Account.Number}{(view.Account.Name is { } name ? $" · {name}" : "")}{string.Concat(view.AccountNames.Select(said => $" · {said.Value}"))}");
        if (payment.Amount is not null)
        {
            Terminal.Out.MarkupLineInterpolated(
                $"  allocated {seen.Of(payment.AllocatedMinor)} · unallocated {seen.Of(payment.UnallocatedMinor)} · refunded {seen.Of(payment.RefundedMinor)} · reversed {seen.Of(payment.ReversedMinor)}");
        }

        foreach (var allocation in view.Allocations)
            Terminal.Out.MarkupLineInterpolated($"  settles {seen.Of(allocation.AmountMinor)} of charge {allocation.Charge.Number}{(allocation.Charge.Reference is { } reference ? $" ({reference})" : "")}");
        foreach (var refund in seen.Refunds)
            Terminal.Out.MarkupLineInterpolated($"  refund {refund.Number} of {refund.Amount?.ToString()} · {Report.Word(refund.Status)} since {Report.Time(refund.StatusAt)}");
        foreach (var attempt in seen.Attempts)
        {
            var why = attempt.Reason is { } reason ? $" ({Report.Word(reason)})" : "";
            Terminal.Out.MarkupLineInterpolated($"  {Report.Word(attempt.Verb)} {attempt.Amount} at {attempt.Provider} · {Report.Word(attempt.Status)}{why}{(attempt.Note is { } note ? $" · {note}" : "")}");
        }

        var table = new Table().Border(TableBorder.Simple).AddColumns("When", "What", "Payment", "Who");
        foreach (var happened in seen.Events)
        {
            table.AddRow(
                new Text(Report.Time(happened.Origin.At)), new Text(Report.Word(happened.Type)), new Text(happened.Status is { } status ? Report.Word(status) : ""),
                new Text(happened.Origin.Credential is { } by ? $"{by.Name} (credential {by.Id})" : "operator or server"));
        }

        Terminal.Out.Write(table);
    }

    /// <summary>What may be shown of what it was made with; null where nothing is known.</summary>
    private static string? InstrumentOf(PaymentView view) => view.Instrument?.Vaulted?.Shown.ToString() ?? view.Instrument?.Name;

    private sealed record Seen(PaymentView View, IReadOnlyList<Attempt> Attempts, IReadOnlyList<Refund> Refunds, IReadOnlyList<StoryEvent> Events)
    {
        /// <summary>An amount in the payment's currency; null for a bare record, which has none.</summary>
        public Money? Of(long minor) => View.Payment.Amount is { } amount ? amount with { AmountMinor = minor } : null;
    }
}
