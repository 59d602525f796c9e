using System.CommandLine;
using Quittance.BackOffice.BankCollections;
using Quittance.Host.Cli;
using Quittance.Storage.Providers;
using Command = System.CommandLine.Command;

namespace Quittance.Host.Commands.Business;

/// <summary><c>mandate</c>: customers' permissions to debit their bank accounts.</summary>
internal static class MandateCommands
{
    private static readonly Argument<FileInfo> File = new("file")
    {
        Description = "A CSV file in UTF-8 with a header line, of commas or semicolons. Columns: account, iban, holder, mandate, signed_on "
            + "(yyyy-MM-dd); and optional bic, last_used_on, sequence (recurring, one_off), source (import, paper), former_mandate, "
            + "former_creditor",
    };

    public static Command Mandate()
    {
        var mandate = new Command("mandate", "Customers' permissions to debit their bank accounts")
        {
            CommandMaker.OfMerchant(
                "import", "Take mandates from a CSV file, all or none of them; safe to repeat, also after an interruption", ImportAsync,
                File, Options.Api),
        };
        foreach (var correction in CorrectionCommands.OfMandate)
            mandate.Add(correction);
        return mandate;
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
