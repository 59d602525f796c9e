using System.CommandLine;
using Quittance.BackOffice.BankCollections;
using Quittance.Core;
using Quittance.Core.Debits;
using Quittance.Core.Instruments;
using Quittance.Host.Cli;
using Quittance.Papers;
using Quittance.Storage.Moments;
using Quittance.Storage.Providers;
using Quittance.Storage.Reading;
using Quittance.Storage.Tenancy;

using Command = System.CommandLine.Command;

namespace Quittance.Host.Commands.Business;

/// <summary><c>mandate</c>: customers' permissions to debit their bank accounts.</summary>
internal static class MandateCommands
{
    private const string ByHand = "by-hand";
    private const string OneOff = "one_off";

    private static readonly Argument<FileInfo> File = new("file")
    {
        Description = "A CSV file in UTF-8 with a header line, of commas or semicolons. Columns: account, iban, holder, mandate, signed_on "
            + "(yyyy-MM-dd); and optional bic, last_used_on, sequence (recurring, one_off), source (import, paper), former_mandate, "
            + "former_creditor",
    };

    private static readonly Option<FileInfo> To = new("--to")
    {
        Description = "The PDF that is written, which must not exist and which only you may read",
        Required = true,
    };

    private static readonly Option<string?> Reference = Options.Text(
        "--reference", "text", "The mandate's reference; by-hand to leave a line for it (default: the customer's next one)");

    private static readonly Option<string?> Sequence = Options.Text(
        "--sequence", "recurring|one_off", "Whether it is good for one debit (default: the customer ticks it)");

    private static readonly Option<string?> Scheme = Options.Text(
        "--scheme", "core|b2b", "The rulebook (default: the one of the bank account)");

    private static readonly Option<string?> Language = Options.Text(
        "--language", "code", "The language, such as de (default: the customer's)");

    public static Command Mandate()
    {
        var mandate = new Command("mandate", "Customers' permissions to debit their bank accounts")
        {
            CommandMaker.OfMerchant(
                "import", "Take mandates from a CSV file, all or none of them; safe to repeat, also after an interruption", ImportAsync,
                File, Options.Api),
            ActCommand.Of(MandateActs.Record, "record"),
            CommandMaker.OfMerchant(
                "form", "Write a form of a SEPA mandate as PDF, to print and to sign", FormAsync, BalanceCommands.Customer, To, Reference,
                Sequence, Scheme, Language),
        };
        Sequence.AcceptOnlyFromAmong("recurring", OneOff);
        Scheme.AcceptOnlyFromAmong([.. DebitSchemes.Words]);
        foreach (var correction in CorrectionCommands.OfMandate)
            mandate.Add(correction);
        return mandate;
    }

    private static async Task FormAsync(Run run)
    {
        var to = run.Required(To);
        NewFile.Check(to);
        var asked = run.Get(Reference);
        if (asked is not (null or ByHand) && !Core.Instruments.Mandate.IsReference(MandateScheme.Sepa, asked))
            throw new CommandException($"--reference is {SepaText.IdentifierRule}.");
        var (books, merchant) = await run.ReadMerchantAsync();
        var vault = await run.OpenVaultAsync();
        var creditors = new Creditors(new ProviderAccounts(books, vault, run.Clock), new Mandates(books));
        if (await creditors.FindAsync(merchant, run.Cancel) is not { Flavour: BankFlavour.Sepa } creditor)
            throw new CommandException("The merchant has no bank account that collects SEPA debits. See: quittance collect account --help");
        var by = await new Merchants(books, run.Clock).OfPeopleAsync(merchant, run.Cancel)
            ?? throw new CommandException("The merchant has no API: a form needs the language and the time zone of one.");
        var receivables = new ReceivableReading(books, new SlotCatchUp(books, run.Clock));
        var customer = (await receivables.AccountAsync(
            (await BalanceCommands.NamedAsync(run, books, merchant)).Id, Core.Reference.House, run.Cancel))!;
        var reference = asked == ByHand ? null : asked ?? await creditors.NextReferenceAsync(customer.Account, run.Cancel);
        var paper = await new PaperDesk(receivables, new Payees(books, run.Clock), new Profiles(books, run.Clock)).MandateFormAsync(
            customer, creditor,
            new MandateFormAsked(
                reference, run.Get(Sequence) is { } word ? word == OneOff : null, DebitSchemes.Of(run.Get(Scheme))),
            by.MerchantZone.DayOf(run.Clock.GetUtcNow()), PaperIssuer.Of(by), run.Get(Language), run.Cancel);
        await NewFile.WriteAsync(run, to, async file => await file.WriteAsync(paper.Content, run.Cancel));
        run.Print(
            new { File = to.FullName, Reference = reference },
            $"[green]✓[/] The form for customer {customer.Account.Number} is in {to.FullName}. Signed: quittance mandate record --help");
    }

    private static async Task ImportAsync(Run run)
    {
        var file = run.Required(File);
        await using var stream = SettlementCommands.Opened(file);
        var (books, merchant) = await run.ChangeMerchantAsync();
        var (api, vault) = (run.Api(), await run.OpenVaultAsync());
        var engine = run.StartEngine();
        var collections = new CollectionDesk(books, engine, vault, new ProviderAccounts(books, vault, run.Clock), run.Clock);
        if (await collections.AccountAsync(merchant, run.Cancel) is null)
            throw new CommandException(CollectCommands.NoAccount);
        var outcome = await Terminal.WithBarAsync("Taking mandates", bar => new MandateDesk(books, engine, vault, run.Clock).ImportAsync(
            stream, name => Api.CustomerNames.Of(merchant, api.Dialect, name),
            run.By(merchant, "mandate.import", $"mandates {file.Name}"), bar, run.Cancel));
        run.ExitCode = outcome.Faults.Count == 0 ? 0 : 1;
        run.Print(
            new { outcome.Added, outcome.Known, outcome.Faults, outcome.Remarks },
            () =>
            {
                foreach (var fault in outcome.Faults.Concat(outcome.Remarks))
                    Terminal.Line($"{fault}");
                if (outcome.Faults.Count > 0 && outcome.Added == 0)
                    Terminal.Line($"[red]✗[/] Nothing of {file.Name} is in the books.");
                else
                    Terminal.Line($"[green]✓[/] New mandates: [bold]{outcome.Added}[/]; there already: {outcome.Known}.");
            });
    }
}
