using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Collecting;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;
using Quittance.Providers;
using Quittance.Providers.Sandbox;
using Quittance.Storage;
using Quittance.Storage.Tenancy;
using Quittance.Storage.Vault;
using Spectre.Console;
using Command = System.CommandLine.Command;

namespace Quittance.Host.Cli;

/// <summary><c>payment refund</c>: gives money of a payment back, by whoever took it.</summary>
internal static class PaymentRefund
{
    private const int LongestText = 255;

    // A lease outlasts the call it is for, with what comes before and after it.
    private const int LeasePerTimeout = 3;

    private static readonly Option<string?> AmountOption = new("--amount")
    {
        Description = "How much, in the payment's currency, such as 12.34 (default: all that has not gone back yet)",
        HelpName = "amount",
    };

    private static readonly Option<string> Reason = new("--reason") { Description = "Why; kept in the audit log", HelpName = "text", Required = true };

    private static readonly Option<string?> Key = new("--key")
    {
        Description = "Names this refund: the same key again gives nothing back twice (default: payment, amount and reason together)",
        HelpName = "text",
    };

    public static Command Create()
    {
        var refund = new Command("refund", "Give money of a payment back; safe to repeat, also beside a running server")
        {
            PaymentShow.Number, AmountOption, Reason, Key, MerchantOption.Merchant, MasterKeySource.FileOption, DatabaseOptions.Data, DatabaseOptions.Database, JsonOption.Json,
        };
        refund.SetAction((options, cancel) => Terminal.RunAsync(progress => RunAsync(options, progress, cancel)));
        return refund;
    }

    private static async Task<int> RunAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel)
    {
        var reason = options.GetRequiredValue(Reason).Trim();
        if (reason.Length is 0 or > LongestText || options.GetValue(Key) is { Length: 0 or > LongestText })
            throw new CommandException($"--reason and --key have 1 to {LongestText} characters.");
        await using var database = await OpenDatabase.OwnOrShareAsync(options, progress, cancel);
        var merchant = await MerchantOption.FindAsync(options, new Merchants(database.Source, TimeProvider.System), cancel);
        var view = await PaymentCommand.FindAsync(database, merchant, options.GetValue(PaymentShow.Number), cancel);
        var amount = AmountOf(options, view.Payment);
        var vault = await PostgresVault.OpenAsync(
            database.Source, await MasterKeySource.FindAsync(options, database.Source, progress, cancel), TimeProvider.System, cancel);

        var books = new Books(database.Source);
        var timeouts = new ProviderTimeouts();
        await using var engine = database.StartEngine(new EngineOptions { Lease = timeouts.Total * LeasePerTimeout });
        using var collector = CollectorOf(database, engine, books, vault, timeouts);
        collector.Interrupted += (_, trouble) => progress.Report($"The provider could not be asked: {trouble.Message}");
        var origin = CommandLineOrigin.Of(merchant, "payment.refund", $"payment {view.Payment.Number}", reason);
        progress.Report("Giving the money back");
        var outcome = await collector.SubmitAsync(
            new RefundPayment(
                origin, AccountTarget.Of(view.Account.Id, view.Account.Slot), view.Payment.Id,
                new RefundId(merchant, Guid.CreateVersion7(TimeProvider.System.GetUtcNow())), Reference.House)
            {
                Amount = amount,
                Key = KeyOf(merchant, view.Payment, amount, reason, options.GetValue(Key)),
            },
            patient: true);
        return await TellAsync(options, view.Payment, outcome, books, cancel);
    }

    private static async Task<int> TellAsync(ParseResult options, Payment payment, Outcome outcome, Books books, CancellationToken cancel)
    {
        if (outcome.Faults.Any(fault => fault.Refusal == Refusal.UnderWay))
        {
            Report.Print(
                options, new { Payment = payment.Number, Status = RefundStatus.Pending, Repeated = outcome.Attempts.Count == 0 },
                () => Terminal.Out.MarkupLineInterpolated(
                    $"[yellow]…[/] The refund is begun, and the provider has not answered yet: a running server asks until it does. See: quittance payment show {payment.Number} --merchant {payment.Id.Merchant.Value}"));
            return 0;
        }

        if (outcome.Faults.Any(fault => fault.Refusal == Refusal.KeyReused))
            throw new CommandException("Nothing was given back: this --key names another refund.");
        if (!outcome.Accepted)
            throw new CommandException($"Nothing was given back: {Refused.Text(outcome)}.");
        var view = outcome.Refund ?? await books.RefundAsync(new RefundId(payment.Id.Merchant, outcome.Subject), outcome.Sequence, cancel)
            ?? throw new InvalidOperationException("A kept answer names a refund that is not in the books.");
        var refund = view.Refund;
        var failed = refund.Status == RefundStatus.Failed;
        var document = new { Payment = payment.Number, Refund = refund.Number, Id = refund.Id.Value, refund.Amount, refund.Status, Repeated = outcome.Replayed };
        Report.Print(options, document, () =>
        {
            if (failed)
                Terminal.Out.MarkupLineInterpolated($"[red]✗[/] The provider did not give {refund.Amount?.ToString()} of payment {payment.Number} back: the money is where it was.");
            else
                Terminal.Out.MarkupLineInterpolated($"[green]✓[/] Refund [bold]{refund.Number}[/]: {refund.Amount?.ToString()} of payment {payment.Number} · {Report.Word(refund.Status)}");
            if (outcome.Replayed)
                Terminal.Out.MarkupLine("  It was asked for before, and nothing was given back twice. To give as much back once more, name another --key.");
        });
        return failed ? 1 : 0;
    }

    private static Money? AmountOf(ParseResult options, Payment payment)
    {
        if (payment.Amount is not { } paid)
            throw new CommandException($"Payment {payment.Number} is a record without an amount: there is nothing to give back.");
        if (options.GetValue(AmountOption) is not { } text)
            return null;
        return DecimalNumber.TryParse(text, out var number) && number.TryToMinor(paid.Currency, out var minor) == AmountFault.None && minor > 0
            ? paid with { AmountMinor = minor }
            : throw new CommandException($"--amount must be a number above 0 with at most {paid.Currency.MinorUnits} decimals after a point, such as 12.34.");
    }

    /// <summary>What makes it safe to repeat: a key that was given, or what is asked for itself.</summary>
    private static KeyUse KeyOf(MerchantId merchant, Payment payment, Money? amount, string reason, string? given)
    {
        var asked = Encoding.UTF8.GetBytes($"{payment.Number}\n{amount?.ToString() ?? "all"}\n{reason}");
        var hash = SHA256.HashData(asked);
        return new KeyUse(new RequestKey(merchant, "payment refund", given ?? Convert.ToHexStringLower(hash), 0), hash, Expires: false);
    }

    private static Collector CollectorOf(OpenDatabase database, PaymentEngine engine, Books books, IVault vault, ProviderTimeouts timeouts) => new(
        engine, books, new Attempts(database.Source),
        new ProviderDirectory(
            new ProviderAccounts(database.Source, vault, TimeProvider.System), new ProviderOptions { Timeouts = timeouts }, TimeProvider.System,
            NullLogger<SandboxProvider>.Instance),
        vault, new AttemptSchedule(), TimeProvider.System);
}
