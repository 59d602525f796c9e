using System.CommandLine;
using Quittance.Core.Accounts;
using Quittance.Core.Engine;
using Quittance.Core.Payments;
using Quittance.Dialects.Tmf676;
using Quittance.Storage;
using Quittance.Storage.Tenancy;
using Spectre.Console;
using Command = System.CommandLine.Command;

namespace Quittance.Host.Cli;

/// <summary><c>payment</c>: what became of payments that wait for their money.</summary>
internal static class PaymentCommand
{
    private static readonly Argument<Guid> Id = new("id") { Description = "The payment's id, as the APIs show it" };

    private static readonly Option<string> ReceivedBy = CreateReceivedBy();

    public static Command Create()
    {
        var complete = new Command("complete", "The money of a payment came that was only recorded; it settles the bills that the payment names, and is credit beyond them")
        {
            Id, ReceivedBy, MerchantOption.Merchant, DatabaseOptions.Data, DatabaseOptions.Database,
        };
        complete.SetAction((options, cancel) => Terminal.RunAsync(progress => CloseAsync(options, options.GetRequiredValue(ReceivedBy), progress, cancel)));
        var cancelled = new Command("cancel", "The money of a payment will never come that was only recorded")
        {
            Id, MerchantOption.Merchant, DatabaseOptions.Data, DatabaseOptions.Database,
        };
        cancelled.SetAction((options, cancel) => Terminal.RunAsync(progress => CloseAsync(options, null, progress, cancel)));
        return new Command("payment", "Payments that were recorded and wait for their money") { complete, cancelled };
    }

    private static Option<string> CreateReceivedBy()
    {
        var option = new Option<string>("--received-by") { Description = "Who has the money", HelpName = "name", Required = true };
        return option.AcceptOnlyFromAmong(ClearingProvider.Cash, ClearingProvider.BankTransfer, ClearingProvider.Gateway);
    }

    private static async Task<int> CloseAsync(ParseResult options, string? receivedBy, IProgress<string> progress, CancellationToken cancel)
    {
        await using var database = await OpenDatabase.OwnOrShareAsync(options, progress, cancel);
        var merchant = await MerchantOption.FindAsync(options, new Merchants(database.Source, TimeProvider.System), cancel);
        var id = new PaymentId(merchant, options.GetValue(Id));
        var view = await new Books(database.Source).PaymentAsync(id, asOf: null, cancel)
            ?? throw new CommandException($"Merchant {merchant.Value} has no payment {id.Value}.");
        await using var engine = database.StartEngine();
        var origin = new Origin(merchant, Credential: 0, Guid.CreateVersion7(TimeProvider.System.GetUtcNow()));
        var closed = await engine.SubmitAsync(new ClosePending(
            origin, AccountTarget.Of(view.Account.Id, view.Account.Slot), id, receivedBy, receivedBy is null ? [] : Tmf676Requests.PartsOf(view)));
        if (!closed.Accepted)
            throw new CommandException($"Nothing was changed: {Refused.Text(closed)}.");
        Terminal.Out.MarkupLineInterpolated($"[green]✓[/] Payment {id.Value} is [bold]{(receivedBy is null ? "cancelled" : "paid")}[/].");
        return 0;
    }
}
