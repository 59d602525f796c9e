using System.Collections.Frozen;
using System.CommandLine;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Attempts;
using Quittance.Core.Books;
using Quittance.Core.Instruments;
using Quittance.Core.Sessions;
using Quittance.Host.Cli;
using Quittance.Providers;
using Quittance.Storage.Console;
using Quittance.Storage.Moments;
using Quittance.Storage.Reading;
using Quittance.Storage.Tenancy;
using Command = System.CommandLine.Command;

namespace Quittance.Host.Commands.Business;

/// <summary><c>link</c>: payment links, as the API and the console make them.</summary>
internal static class LinkCommands
{
    private const int Most = 100;

    private static readonly Argument<string> Customer = new("customer")
    {
        Description = "The customer who is to pay, by a name or number of the account",
    };

    private static readonly Argument<Guid> Link = new("link") { Description = "The link's id, as the list shows it" };

    private static readonly Option<string[]> Charge = Options.Of<string[]>(
        "--charge", "name", "A charge that it is for, by a name of the charge or its number; may be given several times");

    private static readonly Option<string?> Amount = Options.Text(
        "--amount", "amount", "How much, without --charge: it settles the oldest due first, and the rest becomes credit");

    private static readonly Option<string?> Text = Options.Text(
        "--text", "text", "What it is for, as the customer reads it (default: the name of the first charge)");

    private static readonly Option<DateOnly?> LastDay = Options.Of<DateOnly?>(
        "--last-day", "yyyy-MM-dd", "The last day on which it opens, at most a year from now (default: 30 days from now)");

    private static readonly Option<bool> Once = Options.Flag("--once", "It opens once, and stays with the browser that opened it");

    private static readonly Option<string?> Of = Options.Text(
        "--customer", "name", "Only the links of a customer, by a name or number of the account");

    public static Command PaymentLinks() => new("link", "Payment links: addresses at which customers pay")
    {
        CommandMaker.OfMerchant(
            "make", "Make a payment link and print its address, for charges or for an amount; safe to repeat", MakeAsync, Customer, Charge,
            Amount, Text, LastDay, Once, Options.Server, CorrectionCommands.MayReason, CorrectionCommands.Key),
        CommandMaker.OfMerchant("list", "List the latest payment links, and where each stands", ListAsync, Of),
        CommandMaker.OfMerchant(
            "take-back", "Take a payment link back: its page takes no payment any more; safe to repeat", TakeBackAsync, Link,
            CorrectionCommands.Reason, CorrectionCommands.Key),
    };

    private static async Task MakeAsync(Run run)
    {
        var server = run.ServerAddress();
        var (names, typed, text) = (run.Get(Charge) ?? [], run.Get(Amount), OneLine.WithoutMarks(run.Get(Text) ?? "").Trim());
        if (names.Length == 0 == typed is null)
            throw new CommandException("Name charges by --charge, or say --amount.");
        if (names.Length > PaymentLink.MostCharges)
            throw new CommandException($"A link is for at most {PaymentLink.MostCharges} charges.");
        if (text.Length > PaymentLink.LongestText || (text.Length > 0 && !OneLine.IsName(text)))
            throw new CommandException($"--text has at most {PaymentLink.LongestText} characters, {OneLine.Rule}.");
        var (books, merchant) = await run.ChangeMerchantAsync();
        var by = await new Merchants(books, run.Clock).OfPeopleAsync(merchant, run.Cancel)
            ?? throw new CommandException("The merchant has no API: a link needs the language and the time zone of one.");
        if (PaymentLink.EndOf(run.Get(LastDay), by, run.Clock.GetUtcNow()) is not { } endsAt || endsAt <= run.Clock.GetUtcNow())
            throw new CommandException("--last-day is a day that is not over, at most a year from now.");
        var payer = await CorrectionCommands.CustomerAsync(run, books, merchant, run.Required(Customer));
        var account = (await new CustomerReading(books).FindAsync(payer.Account, run.Cancel))!.Account;
        var amount = Run.AmountOf(Amount.Name, typed, account.Currency);
        List<Reference> charges = [];
        foreach (var name in names)
            charges.Add((await CorrectionCommands.ChargeAsync(run, books, merchant, name)).Reference);

        await using var parts = await PartsAsync(run, books);
        var desk = parts.GetRequiredService<LinkDesk>();
        var making = await desk.MakingAsync(
            CorrectionCommands.By(run, merchant, "link.make", $"account {payer.Number}"), AccountTarget.Of(payer.Account, payer.Slot),
            new PaymentLinkId(merchant, run.NewId()), by, charges, amount, endsAt, run.Cancel);
        var outcome = await run.StartEngine().SubmitAsync(making with
        {
            Text = text.Length > 0 ? CardNumberMask.Apply(text) : amount is null ? null : by.MerchantName,
            Opens = run.Get(Once) ? LinkOpening.Once : LinkOpening.Many,
            Key = CorrectionCommands.KeyOf(
                run, merchant,
                $"link.make {payer.Number}\n{string.Join(' ', names)}\n{amount}\n{text}\n{endsAt:O}\n{run.Get(Once)}"),
        });
        CommandException.ThrowIfRefused(outcome, "Nothing was made");
        var link = (await desk.FindAsync(new PaymentLinkId(merchant, outcome.Subject), run.Cancel))!;
        var address = await desk.AddressAsync(server, link, run.Cancel);
        run.Print(
            new { Link = link.Id.Value, Url = address, link.Amount, link.Text, link.EndsAt, Repeated = outcome.Replayed }, () =>
            {
                if (outcome.Replayed)
                    Terminal.Line($"  It was made before. To make another equal one, give --key.");
                Terminal.Line($"[green]✓[/] The customer pays {link.Amount} at this address. Whoever has it can pay by it:");
                Terminal.WriteLine($"  {address}");
            });
    }

    private static async Task ListAsync(Run run)
    {
        var (books, merchant) = await run.ReadMerchantAsync();
        var account = run.Get(Of) is { } name ? (await CorrectionCommands.CustomerAsync(run, books, merchant, name)).Account
            : default(AccountId?);
        await using var parts = await PartsAsync(run, books);
        var links = await parts.GetRequiredService<LinkDesk>().LatestAsync(merchant, account, Most, run.Cancel);
        var now = run.Clock.GetUtcNow();
        run.Print(
            links.Select(view => new
            {
                Link = view.Link.Id.Value,
                Customer = view.Account.Number,
                view.Link.Text,
                view.Due,
                Status = view.StandingAt(now),
                view.Link.EndsAt,
                Payment = view.Paying?.Number,
            }), () =>
            {
                if (links.Count == 0)
                    Terminal.Line($"There is no payment link.");
                foreach (var view in links)
                {
                    Terminal.Line(
                        $"{view.Link.Id.Value:D}  {Report.Word(view.StandingAt(now))}  {view.Due}  customer {view.Account.Number}  ",
                        $"{view.Link.Text}");
                }
            });
    }

    private static async Task TakeBackAsync(Run run)
    {
        var (books, merchant) = await run.ChangeMerchantAsync();
        var id = new PaymentLinkId(merchant, run.Required(Link));
        await using var parts = await PartsAsync(run, books);
        var desk = parts.GetRequiredService<LinkDesk>();
        var link = await desk.FindAsync(id, run.Cancel)
            ?? throw new CommandException($"Merchant {merchant.Value} has no such payment link. See: quittance link list");
        var takingBack = await desk.TakingBackAsync(
            CorrectionCommands.By(run, merchant, "link.take-back", $"payment link {id.Value:D}"), link, run.Cancel);
        var outcome = await run.StartEngine().SubmitAsync(
            takingBack with { Key = CorrectionCommands.KeyOf(run, merchant, $"link.take-back {id.Value:D}") });
        CommandException.ThrowIfRefused(outcome, "Nothing was changed");
        run.Print(
            new { Link = id.Value, Changed = !outcome.Replayed },
            $"[green]✓[/] The link is taken back: its page takes no payment any more.");
    }

    /// <summary>What makes and reads payment links with their addresses, which need the master key.</summary>
    internal static async Task<ServiceProvider> PartsAsync(Run run, NpgsqlDataSource books)
    {
        var vault = await run.OpenVaultAsync();
        return new ServiceCollection().AddLogging()
            .AddCollecting(books, run.StartEngine(), vault, run.Clock, new ProviderOptions(), new AttemptSchedule())
            .AddSingleton<ILinks, Links>().AddSingleton<ISessions, Sessions>().AddSingleton<SlotCatchUp>()
            .AddSingleton<IReceivables, ReceivableReading>()
            .AddSingleton<ICredentials>(new Credentials(books, vault, run.Clock, FrozenSet<string>.Empty)).AddSingleton<LinkDesk>()
            .BuildServiceProvider();
    }
}
