using System.CommandLine;
using Quittance.BackOffice.Accounts;
using Quittance.Core;
using Quittance.Core.Billing;
using Quittance.Core.Instruments;
using Quittance.Dialects.Tmf676.Resources;
using Quittance.Host.Cli;
using Quittance.Storage;
using Command = System.CommandLine.Command;

namespace Quittance.Host.Commands.Business;

/// <summary><c>account</c>: the customers' accounts.</summary>
internal static class AccountCommands
{
    private const int MaxLength = 255;

    private static readonly Argument<string> Id = new("id")
    {
        Description = "The account's id for clients of the API, such as 0.0.0.1+-account+84808 or 3",
    };

    private static readonly Option<string[]> Number = Options.Of<string[]>(
        "--number", "text", "A further name for it, such as the account number beside a POID, or the POID of its bill unit");

    private static readonly Option<string?> Name = Options.Text("--name", "text", "The customer's name");

    private static readonly Option<string> CurrencyOption = Options.Required(
        "--currency", "code", "The currency the customer is billed in");

    private static readonly Option<string?> MethodId = Options.Text(
        "--payment-method", "id", "The id of a payment method that an external gateway holds for the customer");

    private static readonly Option<PaymentMethod> MethodKind = new("--payment-method-kind")
    {
        Description = "Its kind",
        DefaultValueFactory = _ => PaymentMethod.BankCard,
    };

    private static readonly Option<string?> MethodName = Options.Text("--payment-method-name", "text", "Its name, as clients see it");

    private static readonly Option<string> AccountName = Options.Required(
        "--account", "name", "The account's number, or a name that clients use for it");

    private static readonly Option<string> ApiOfName =
        Options.ApiOf("The API in which clients use the name; needed where several APIs use it", isRequired: false);

    public static Command Account()
    {
        var command = new Command("account", "The customers' accounts")
        {
            ListCommands.OfAccounts(),
            CommandMaker.OfMerchant(
                "create", "Open a customer's account",
                CreateAsync, Id, Options.Api, CurrencyOption, Name, Number, MethodId, MethodKind, MethodName),
            ActCommand.Of(ContactActs.Change, "contact"), ActCommand.Of(NoteActs.Add, "note"),
            AutopayCommand.Autopay(),
            CommandMaker.OfMerchant(
                "erase",
                "Erase a person's data: names, addresses, instruments and their numbers, and clients' texts about them. Amounts stay. "
                + "Safe to repeat, also beside a running server",
                EraseAsync, AccountName, ApiOfName, Options.ErasingReason, Options.Yes),
        };
        foreach (var correction in CorrectionCommands.OfAccount)
            command.Add(correction);
        return command;
    }

    private static async Task CreateAsync(Run run)
    {
        var api = run.Api();
        var (id, numbers, name, method) = (run.Required(Id), run.Get(Number) ?? [], run.Get(Name), run.Get(MethodId));
        foreach (var text in (string?[])[id, .. numbers, name, method, run.Get(MethodName)])
        {
            if (text is not null && (text.Length > MaxLength || !OneLine.IsName(text)))
                throw new CommandException($"Names and ids have 1 to {MaxLength} characters, {OneLine.Rule}.");
        }

        if (!api.MayName(id) || !numbers.All(api.MayName))
            throw new CommandException($"{api.Dialect} names accounts by {api.NameRule}.");
        if (method is not null && Reference.IsLikeId(api.Dialect, method))
            throw new CommandException($"--payment-method is a name {Reference.NoIdRule}.");
        if (!Currency.TryParse(run.Get(CurrencyOption), out var currency))
            throw new CommandException("--currency must be an ISO 4217 code in capitals, such as USD.");

        var (_, merchant) = await run.ChangeMerchantAsync();
        var engine = run.StartEngine();
        var origin = run.By(merchant, "account.create", $"account {id}");
        Reference[] names =
            [.. numbers.Prepend(id).Select(number => new Reference(merchant, api.Dialect, api.AccountKind(number), number))];
        var opened = await engine.SubmitAsync(new OpenAccount(origin, new AccountId(merchant, run.NewId()), names, currency, name));
        CommandException.ThrowIfRefused(opened, "The account was not opened");
        if (method is not null)
        {
            var registered = await engine.SubmitAsync(new RegisterInstrument(
                origin with
                {
                    Action = origin.Action! with
                    {
                        What = "instrument.register",
                        Subject = $"payment method {method} of account {id}"
                    }
                },
                AccountTarget.Named(names[0]), new InstrumentId(merchant, run.NewId()),
                new Reference(merchant, api.Dialect, TmfNames.PaymentMethod, method), run.Get(MethodKind), run.Get(MethodName))
            {
                Standing = InstrumentStanding.Current,
            });
            CommandException.ThrowIfRefused(registered, "The account is open, but its payment method was not registered");
        }

        run.Print(new
        {
            Account = opened.Subject,
            Names = names.Select(one => one.Value),
            Currency = currency.Code,
            PaymentMethod = method
        }, () =>
        {
            Terminal.Line($"[green]✓[/] Account [bold]{id}[/], {currency}, id {opened.Subject}");
            if (method is not null)
                Terminal.Line($"[green]✓[/] Payment method [bold]{method}[/]");
        });
    }

    private static async Task EraseAsync(Run run)
    {
        var reason = Run.ReasonOf(run.Required(Options.ErasingReason));
        var name = run.Required(AccountName);
        var (books, merchant) = await run.ReadMerchantAsync();
        await run.OpenVaultAsync();
        var erasing = new Erasing(books, run.Clock);
        var found = await erasing.FindAsync(merchant, name, run.Get(ApiOfName), run.Cancel);
        if (found.Count == 0)
            throw new CommandException($"Merchant {merchant.Value} has no account {name}.");
        if (found.Count > 1)
        {
            throw new CommandException(
                $"Several accounts are called {name}: numbers {string.Join(", ", found.Select(one => one.Number))}. "
                + "Name the API with --api, or the number.");
        }

        var (account, number) = found[0];
        run.ConfirmErasing($"Erase the personal data of account {number}? Only a backup can bring it back.");
        var erasure = await erasing.EraseAsync(account, run.By(merchant, "account.erase", $"account {number}", reason), run.Cancel);
        if (!erasure.IsDone)
            throw new CommandException($"Nothing was erased, as money is under way: {string.Join("; ", erasure.UnderWay)}.");
        var rows = erasure.Erased.Sum(step => step.Rows);
        var tables = string.Join(", ", erasure.Erased.Where(step => step.Rows > 0).Select(step => $"{step.Table} {step.Rows}"));
        run.Print(
            new
            {
                Account = account.Value,
                Number = number,
                Rows = rows,
                Erased = erasure.Erased.ToDictionary(step => step.Table, step => step.Rows)
            },
            rows == 0
                ? $"[green]✓[/] There was nothing left to erase of account [bold]{number}[/]."
                : (FormattableString)
                    $"[green]✓[/] Erased in {rows} rows of account [bold]{number}[/]: {tables}. Backups made until now still hold it.");
    }
}
