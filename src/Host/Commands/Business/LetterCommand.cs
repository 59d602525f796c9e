using System.CommandLine;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Overdue;
using Quittance.Core.Sessions;
using Quittance.Host.Cli;
using Quittance.Papers;
using Quittance.Papers.Letters;
using Quittance.Storage.Mails;
using Quittance.Storage.Moments;
using Quittance.Storage.Overdue;
using Quittance.Storage.Reading;
using Quittance.Storage.Tenancy;
using Command = System.CommandLine.Command;

namespace Quittance.Host.Commands.Business;

/// <summary><c>dunning letters</c>: reminders as letters.</summary>
internal static class LetterCommand
{
    private static readonly Option<FileInfo> To = new("--to")
    {
        Description = "The PDF that is written, which must not exist and which only you may read",
        Required = true,
    };

    private static readonly Option<DateOnly?> Since = Options.Of<DateOnly?>(
        "--since", "yyyy-MM-dd", "The first day on which customers reached their level (default: the last day)");

    private static readonly Option<DateOnly?> Until = Options.Of<DateOnly?>("--until", "yyyy-MM-dd", "The last day (default: today)");

    private static readonly Option<bool> Unmailed = Options.Flag(
        "--unmailed", "Only customers whom no mail of it reached: no address, failed, left out, or none was asked for");

    private static readonly Option<string?> Customer = Options.Text(
        "--customer", "account", "Only this customer, about the level at which the customer stands, by a number or a name");

    private static readonly Option<string?> Server = Options.Text(
        "--server", "url", "The address under which people reach the server, so that letters have the latest payment link (default: none)");

    public static Command Letters() => CommandMaker.OfMerchant(
        "letters", "Write reminders as letters into one PDF, to print and to send in window envelopes", WriteAsync, To, Since, Until,
        Unmailed, Customer, Server);

    private static async Task WriteAsync(Run run)
    {
        var to = run.Required(To);
        NewFile.Check(to);
        var server = run.Get(Server) is { } typed ? Run.ServerAddress(typed) : null;
        var (books, merchant) = await run.ReadMerchantAsync();
        var issuer = await IssuerAsync(run, new Merchants(books, run.Clock), merchant);
        await using var parts = server is null ? null : await LinkCommands.PartsAsync(run, books);
        var desk = DeskOf(run, books, parts is null ? null : (parts.GetRequiredService<LinkDesk>(), server!));
        if (run.Get(Customer) is { } name)
            await OneAsync(run, desk, books, merchant, issuer, name, to);
        else
            await AllAsync(run, desk, merchant, issuer, to);
    }

    /// <summary>Whose letters they are. A merchant without an API writes English to who has no language.</summary>
    private static async Task<PaperIssuer> IssuerAsync(Run run, Merchants merchants, MerchantId merchant) =>
        await merchants.OfPeopleAsync(merchant, run.Cancel) is { } by ? PaperIssuer.Of(by)
        : new PaperIssuer(
            (await merchants.ListAsync(run.Cancel)).First(one => one.Id == merchant).Name,
            await run.Database.Source.ZoneAsync(merchant, run.Cancel), "en");

    private static async Task OneAsync(
        Run run, LetterDesk desk, NpgsqlDataSource books, MerchantId merchant, PaperIssuer issuer, string name, FileInfo to)
    {
        var found = await CorrectionCommands.CustomerAsync(run, books, merchant, name);
        var customer = (await Receivables(run, books).AccountAsync(found.Account, Reference.House, run.Cancel))!;
        var (paper, lack) = await desk.OfAsync(customer, issuer, run.Cancel);
        if (lack is { } why)
        {
            throw new CommandException(why switch
            {
                LetterLack.NoAddress =>
                    $"The name or postal address of customer {customer.Account.Number} is not known. See: quittance account contact --help",
                LetterLack.Unprintable =>
                    $"The name or postal address of customer {customer.Account.Number} would be printed with question marks: papers have "
                    + "the letters of Latin, Greek and Cyrillic.",
                LetterLack.NothingToSay =>
                    $"Customer {customer.Account.Number} stands at no level, has paid, or is paused: there is nothing to write.",
            });
        }

        await SaveAsync(run, paper!, to);
        run.Print(
            new
            {
                File = to.FullName,
                Letters = 1,
                WithoutAddress = Array.Empty<object>(),
                Unprintable = Array.Empty<object>(),
                Outdated = 0,
            },
            $"[green]✓[/] The letter to customer {customer.Account.Number} is in {to.FullName}");
    }

    private static async Task AllAsync(Run run, LetterDesk desk, MerchantId merchant, PaperIssuer issuer, FileInfo to)
    {
        var until = run.Get(Until) ?? issuer.Zone.DayOf(run.Clock.GetUtcNow());
        var since = run.Get(Since) ?? until;
        if (since > until)
            throw new CommandException("--since must not be after --until.");
        var (paper, letters) = await desk.RunAsync(new DunnedQuery(merchant, since, until, run.Get(Unmailed)), issuer, run.Cancel);
        if (letters.IsTooLong)
        {
            throw new CommandException(
                $"These would be {letters.Count} letters. A file has at most {LetterRun.Most}: name fewer days by --since and --until.");
        }

        if (paper is not null)
            await SaveAsync(run, paper, to);
        run.Print(
            new
            {
                File = paper is null ? null : to.FullName,
                Letters = letters.Count,
                WithoutAddress = Named(letters.WithoutAddress),
                Unprintable = Named(letters.Unprintable),
                letters.Outdated,
            },
            () =>
            {
                if (paper is null)
                    Terminal.Line($"There is no letter to write: {to.Name} is not made.");
                else
                    Terminal.Line($"[green]✓[/] Letters: [bold]{letters.Count:N0}[/], in {to.FullName}");
                if (letters.Outdated > 0)
                    Terminal.Line($"Nothing to write any more (paid, paused, or disputed): {letters.Outdated:N0}");
                List("Without a name or a postal address, so without a letter", letters.WithoutAddress);
                List("With a name or a postal address in a script that papers lack, so without a letter", letters.Unprintable);
            });

        static IEnumerable<object> Named(IReadOnlyList<Account> left) =>
            left.Select(account => new { Account = account.Number, Id = account.Id.Value, account.Name });

        static void List(string why, IReadOnlyList<Account> left)
        {
            if (left.Count > 0)
                Terminal.Line($"{why}: {left.Count:N0}");
            foreach (var account in left)
                Terminal.Line($"  account [bold]{account.Number}[/] {account.Name ?? ""}");
        }
    }

    private static Task SaveAsync(Run run, Paper paper, FileInfo to) =>
        NewFile.WriteAsync(run, to, async file => await file.WriteAsync(paper.Content, run.Cancel));

    private static ReceivableReading Receivables(Run run, NpgsqlDataSource books) => new(books, new SlotCatchUp(books, run.Clock));

    private static LetterDesk DeskOf(Run run, NpgsqlDataSource books, (LinkDesk, string)? links)
    {
        var (receivables, dunnings) = (Receivables(run, books), new Dunnings(books, new DunningPolicies(books, run.Clock)));
        return new LetterDesk(
            new ReminderDesk(receivables, dunnings, links, making: null, run.Clock), dunnings, receivables,
            new PaperDesk(receivables, new Payees(books, run.Clock), new Profiles(books, run.Clock)),
            new MailSentences(books, run.Clock), run.Clock);
    }
}
