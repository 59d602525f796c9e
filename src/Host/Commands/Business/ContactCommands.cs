using System.CommandLine;
using System.Text;
using Quittance.BackOffice.Accounts;
using Quittance.BackOffice.Exports;
using Quittance.Host.Cli;
using Command = System.CommandLine.Command;

namespace Quittance.Host.Commands.Business;

/// <summary><c>contact</c>: how customers are reached, of many at once.</summary>
internal static class ContactCommands
{
    private static readonly Argument<FileInfo> File = new("file")
    {
        Description = "A CSV file with a header line, of commas or semicolons. Columns: account (the customer's id, number or a name); and "
            + "email, phone, line1, line2, postal_code, city, region, country, language. What a row leaves empty stays as it is",
    };

    private static readonly Option<FileInfo> To = new("--to")
    {
        Description = "The CSV file that is written, which must not exist and which only you may read",
        Required = true,
    };

    public static Command Contact() => new("contact", "How customers are reached, of many at once; of one: quittance account contact")
    {
        CommandMaker.OfMerchant(
            "import", "Take contacts from a CSV file, all or none of them; safe to repeat, also after an interruption", ImportAsync, File),
        CommandMaker.OfMerchant(
            "export", "Write all customers with their contacts into a CSV file, which import takes back", ExportAsync, To),
    };

    private static async Task ImportAsync(Run run)
    {
        var file = run.Required(File);
        await using var stream = SettlementCommands.Opened(file);
        var (books, merchant) = await run.ChangeMerchantAsync();
        var outcome = await Terminal.WithBarAsync("Taking contacts", bar => new ContactDesk(books, run.StartEngine()).ImportAsync(
            stream, run.By(merchant, ContactActs.Import.Word, $"contacts {file.Name}"), bar, run.Cancel));
        run.ExitCode = outcome.Faults.Count == 0 ? 0 : 1;
        run.Print(
            new { outcome.Changed, outcome.Known, outcome.Faults, outcome.Remarks },
            () =>
            {
                foreach (var fault in outcome.Faults.Concat(outcome.Remarks))
                    Terminal.Line($"{fault}");
                if (outcome.Faults.Count > 0 && outcome.Changed == 0)
                    Terminal.Line($"[red]✗[/] Nothing of {file.Name} is in the books.");
                else
                    Terminal.Line($"[green]✓[/] Contacts changed: [bold]{outcome.Changed}[/]; so already: {outcome.Known}.");
            });
    }

    private static async Task ExportAsync(Run run)
    {
        var to = run.Required(To);
        NewFile.Check(to);
        var (books, merchant) = await run.ReadMerchantAsync();
        var customers = 0;
        await NewFile.WriteAsync(run, to, async file =>
        {
            // The mark tells spreadsheets that it is UTF-8.
            await using var text = new StreamWriter(file, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true)
            {
                NewLine = "\r\n",
            };
            await text.WriteLineAsync(ContactSheet.Head);
            await new ContactSheet(books).WriteAsync(
                merchant, async cells =>
                {
                    customers++;
                    await text.WriteLineAsync(CsvCell.Line(cells));
                },
                run.Cancel);
        });
        run.Print(new { File = to.FullName, Customers = customers }, $"[green]✓[/] Customers: [bold]{customers:N0}[/], in {to.FullName}");
    }
}
