using System.CommandLine;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Billing;
using Quittance.Core.Instruments;
using Quittance.Dialects.Tmf676.Resources;
using Quittance.Storage.Tenancy;
using Spectre.Console;
using Command = System.CommandLine.Command;

namespace Quittance.Host.Cli;

/// <summary><c>account</c>: the customers' accounts.</summary>
internal static class AccountCommand
{
    private const int MaxLength = 255;

    private static readonly Argument<string> Id = new("id") { Description = "What the API's clients call the account, such as 0.0.0.1+-account+84808 or 3" };
    private static readonly Option<string[]> Number = new("--number")
    {
        Description = "A further name for it, such as the account number beside a POID, or the POID of its bill unit",
        HelpName = "text",
    };
    private static readonly Option<string?> Name = new("--name") { Description = "The customer's name", HelpName = "text" };
    private static readonly Option<string> CurrencyOption = new("--currency") { Description = "The currency the customer is billed in", HelpName = "code", Required = true };
    private static readonly Option<string?> MethodId = new("--payment-method") { Description = "The id of a payment method that an external gateway holds for the customer", HelpName = "id" };
    private static readonly Option<PaymentMethod> MethodKind = new("--payment-method-kind") { Description = "Its kind", DefaultValueFactory = _ => PaymentMethod.BankCard };
    private static readonly Option<string?> MethodName = new("--payment-method-name") { Description = "Its name, as clients are shown it", HelpName = "text" };

    public static Command Create()
    {
        var create = new Command("create", "Open a customer's account")
        {
            Id, MerchantOption.Merchant, MerchantOption.Api, CurrencyOption, Name, Number, MethodId, MethodKind, MethodName,
            DatabaseOptions.Data, DatabaseOptions.Database, JsonOption.Json,
        };
        create.SetAction((options, cancel) => Terminal.RunAsync(progress => CreateAsync(options, progress, cancel)));
        return new Command("account", "The customers' accounts") { create, AccountErase.Create() };
    }

    private static string[] NumbersOf(ParseResult options) => options.GetValue(Number) ?? [];

    private static async Task<int> CreateAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel)
    {
        var api = MerchantOption.ApiOf(options);
        foreach (var text in (string?[])[options.GetValue(Id), .. NumbersOf(options), options.GetValue(Name), options.GetValue(MethodId), options.GetValue(MethodName)])
        {
            if (text is { Length: 0 or > MaxLength })
                throw new CommandException($"Names and ids have 1 to {MaxLength} characters.");
        }

        if (!api.MayName(options.GetRequiredValue(Id)) || !NumbersOf(options).All(api.MayName))
            throw new CommandException($"{api.Dialect} names accounts by whole numbers above 0, without leading zeros.");
        if (!Currency.TryParse(options.GetValue(CurrencyOption), out var currency))
            throw new CommandException("--currency must be an ISO 4217 code in capitals, such as USD.");

        await using var database = await OpenDatabase.OwnOrShareAsync(options, progress, cancel);
        var merchant = await MerchantOption.FindAsync(options, new Merchants(database.Source, TimeProvider.System), cancel);
        await using var engine = database.StartEngine();
        var now = TimeProvider.System.GetUtcNow();
        var origin = CommandLineOrigin.Of(merchant, "account.create", $"account {options.GetRequiredValue(Id)}");
        Reference[] names =
        [
            .. NumbersOf(options).Prepend(options.GetRequiredValue(Id)).Select(name => new Reference(merchant, api.Dialect, api.AccountKind(name), name)),
        ];

        var opened = await engine.SubmitAsync(new OpenAccount(
            origin, new AccountId(merchant, Guid.CreateVersion7(now)), names, currency, options.GetValue(Name)));
        if (!opened.Accepted)
            throw new CommandException($"The account was not opened: {Refused.Text(opened)}.");

        var method = options.GetValue(MethodId);
        if (method is not null)
        {
            var registered = await engine.SubmitAsync(new RegisterInstrument(
                origin with { Action = origin.Action! with { What = "instrument.register", Subject = $"payment method {method} of account {names[0].Value}" } },
                AccountTarget.Named(names[0]), new InstrumentId(merchant, Guid.CreateVersion7(now)),
                new Reference(merchant, api.Dialect, TmfNames.PaymentMethod, method), options.GetValue(MethodKind), options.GetValue(MethodName))
            {
                Standing = InstrumentStanding.Current,
            });
            if (!registered.Accepted)
                throw new CommandException($"The account is open, but its payment method was not registered: {Refused.Text(registered)}.");
        }

        Report.Print(options, new { Account = opened.Subject, Names = names.Select(name => name.Value), Currency = currency.Code, PaymentMethod = method }, () =>
        {
            Terminal.Out.MarkupLineInterpolated($"[green]✓[/] Account [bold]{names[0].Value}[/], {currency}, id {opened.Subject}");
            if (method is not null)
                Terminal.Out.MarkupLineInterpolated($"[green]✓[/] Payment method [bold]{method}[/]");
        });
        return 0;
    }
}
