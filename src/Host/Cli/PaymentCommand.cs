using System.CommandLine;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Collecting;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Dialects.Tmf676;
using Quittance.Storage;
using Quittance.Storage.Tenancy;
using Spectre.Console;
using Command = System.CommandLine.Command;

namespace Quittance.Host.Cli;

/// <summary><c>payment</c>: payments, and what became of those that wait for their money.</summary>
internal static class PaymentCommand
{
    private static readonly Argument<Guid> Id = new("id") { Description = "The payment's id, as the APIs show it" };

    private static readonly Option<string> ReceivedBy = CreateReceivedBy();

    public static Command Create()
    {
        var complete = new Command(
            "complete",
            "Books the money of a payment that was recorded without it, or that the customer promised in the widget. "
            + "It settles the bills that the payment names; the rest is credit")
        {
            Id, ReceivedBy, MerchantOption.Merchant, DatabaseOptions.Data, DatabaseOptions.Database, JsonOption.Json,
        };
        complete.SetAction((options, cancel) => Terminal.RunAsync(progress => CloseAsync(options, options.GetRequiredValue(ReceivedBy), progress, cancel)));
        var cancelled = new Command(
            "cancel", "Calls off a payment that was recorded without its money, or that the customer promised in the widget")
        {
            Id, MerchantOption.Merchant, DatabaseOptions.Data, DatabaseOptions.Database, JsonOption.Json,
        };
        cancelled.SetAction((options, cancel) => Terminal.RunAsync(progress => CloseAsync(options, null, progress, cancel)));
        return new Command("payment", "Payments: see them, give them back, and say what became of those that wait for their money")
        {
            PaymentShow.Create(), PaymentRefund.Create(), complete, cancelled,
        };
    }

    private static Option<string> CreateReceivedBy()
    {
        var option = new Option<string>("--received-by") { Description = "Who has the money", HelpName = "name", Required = true };
        return option.AcceptOnlyFromAmong(ClearingProvider.Cash, ClearingProvider.BankTransfer, ClearingProvider.Gateway);
    }

    /// <summary>The payment of this human number.</summary>
    /// <exception cref="CommandException">The merchant has none.</exception>
    public static async Task<PaymentView> FindAsync(OpenDatabase database, MerchantId merchant, long number, CancellationToken cancel) =>
        await new Books(database.Source).PaymentAsync(merchant, number, cancel)
        ?? throw new CommandException($"Merchant {merchant.Value} has no payment {number}.");

    private static async Task<int> CloseAsync(ParseResult options, string? receivedBy, IProgress<string> progress, CancellationToken cancel)
    {
        await using var database = await OpenDatabase.OwnOrShareAsync(options, progress, cancel);
        var merchant = await MerchantOption.FindAsync(options, new Merchants(database.Source, TimeProvider.System), cancel);
        var id = new PaymentId(merchant, options.GetValue(Id));
        var view = await new Books(database.Source).PaymentAsync(id, asOf: null, cancel)
            ?? throw new CommandException($"Merchant {merchant.Value} has no payment {id.Value}.");
        await using var engine = database.StartEngine();
        var origin = CommandLineOrigin.Of(
            merchant, receivedBy is null ? "payment.cancel" : "payment.complete", $"payment {view.Payment.Number}");
        var promise = (await new Attempts(database.Source).OfPaymentAsync(id, cancel)).FirstOrDefault(attempt => attempt is { Verb: Verb.Capture, WaitsForPeople: true });
        if (promise is not null && receivedBy is not null && receivedBy != promise.Provider)
            throw new CommandException($"Nothing was changed: the customer promised this money as {promise.Provider}. Call the payment off, and record the money as it came.");
        var closed = await engine.SubmitAsync(promise is null
            ? new ClosePending(origin, AccountTarget.Of(view.Account.Id, view.Account.Slot), id, receivedBy, receivedBy is null ? [] : Tmf676Requests.PartsOf(view))
            : new TakeAnswer(origin, promise, receivedBy is null ? ProviderAnswer.Declined(DeclineReason.Declined) : ProviderAnswer.Approved)
            {
                AskedAfter = promise.Events,
                Note = "Said on the command line.",
            });
        if (!closed.Accepted)
            throw new CommandException($"Nothing was changed: {Refused.Text(closed)}.");
        var status = receivedBy is null ? "cancelled" : "paid";
        Report.Print(
            options, new { Payment = id.Value, view.Payment.Number, Status = status },
            () => Terminal.Out.MarkupLineInterpolated($"[green]✓[/] Payment {id.Value} is [bold]{status}[/]."));
        return 0;
    }
}
