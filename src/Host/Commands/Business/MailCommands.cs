using System.CommandLine;
using Quittance.BackOffice.Mails;
using Quittance.Console.Pages.Mails;
using Quittance.Core;
using Quittance.Core.Acts;
using Quittance.Core.Mails;
using Quittance.Host.Cli;
using Quittance.Host.Mails;
using Quittance.Storage.Mails;
using Quittance.Storage.Tenancy;

using Command = System.CommandLine.Command;

namespace Quittance.Host.Commands.Business;

/// <summary><c>mail</c>: the mails to customers.</summary>
internal static class MailCommands
{
    private const int Shown = 50;
    private const int MostShown = 1000;

    private static readonly Argument<Guid> Id = new("id") { Description = "The mail's id, as list shows it" };

    private static readonly Argument<string> To = new("address") { Description = "Your own e-mail address" };

    private static readonly Option<string?> Status = StatusOption();

    private static readonly Option<Guid?> About =
        Options.Of<Guid?>("--about", "id", "Only those about this payment, link, refund or customer");

    private static readonly Option<int> Limit = Options.WithDefault("--limit", "number", "How many to list at most", () => Shown);

    private static readonly Option<string?> Reason = Options.Reason(isRequired: false);

    public static Command Mail() => new("mail", "Mail to customers; a server that was started with --smtp sends it")
    {
        CommandMaker.OfMerchant("list", "List the mails, the newest first, and why some were not sent", ListAsync, Status, About, Limit),
        CommandMaker.OfMerchant("show", "Show a mail: how far it is, and when it is tried next", ShowAsync, Id),
        CommandMaker.OfMerchant(
            "test", "Send a test mail by the mail server that serve is to use, and say what it answers", TestAsync,
            [To, .. MailOptions.All]),
        ActCommand.Of(MailActs.SendStatement, "statement"),
        ActCommand.Of(MailActs.SendAccountLink, "account-link"),
        CommandMaker.OfMerchant("resend", MailActs.Resend.Title, ResendAsync, Id, Reason),
        new Command("sentence", "Sentences of your own in mails to customers")
        {
            CommandMaker.OfMerchant("list", "List your sentences", ListSentencesAsync),
            ActCommand.Of(MailActs.Say, "set"),
        },
        new Command("policy", "Which mail customers get; none unless you say so")
        {
            CommandMaker.OfMerchant("show", "Show the kinds of mail, and which customers get", ShowPolicyAsync),
            ActCommand.Of(MailActs.Switch, "set"),
        },
    };

    private static Option<string?> StatusOption()
    {
        var option = Options.Text("--status", string.Join('|', EnumWords.All<MailStatus>()), "Only those that are so far");
        option.AcceptOnlyFromAmong([.. EnumWords.All<MailStatus>()]);
        return option;
    }

    private static async Task ListAsync(Run run)
    {
        if (run.Get(Limit) is < 1 or > MostShown)
            throw new CommandException($"{Limit.Name} must be between 1 and {MostShown}.");
        var (books, merchant) = await run.ReadMerchantAsync();
        var mails = await new MailQueue(books, run.Clock).ListAsync(
            merchant, new MailQuery(EnumWords.Find<MailStatus>(run.Get(Status)), About: run.Get(About)), after: null, run.Get(Limit),
            run.Cancel);
        run.Print(mails.Select(DocumentOf), () =>
        {
            if (mails.Count == 0)
                Terminal.Line($"There is no mail.");
            foreach (var mail in mails)
                Print(mail);
        });
    }

    private static async Task ListSentencesAsync(Run run)
    {
        var (books, merchant) = await run.ReadMerchantAsync();
        var sentences = await new MailSentences(books, run.Clock).ListAsync(merchant, run.Cancel);
        run.Print(sentences.Select(one => new { Kind = EnumWords.Of(one.Kind), one.Language, one.Text }), () =>
        {
            if (sentences.Count == 0)
                Terminal.Line($"Mails have no sentence of yours.");
            foreach (var one in sentences)
                Terminal.Line($"[bold]{EnumWords.Of(one.Kind)}[/] {one.Language ?? "all languages"}: {one.Text}");
        });
    }

    private static async Task ShowAsync(Run run)
    {
        var (books, merchant) = await run.ReadMerchantAsync();
        var id = run.Required(Id);
        var mail = await new MailQueue(books, run.Clock).FindAsync(new MailId(merchant, id), run.Cancel)
            ?? throw new CommandException($"There is no mail {id}. See: quittance mail list");
        run.Print(DocumentOf(mail), () => Print(mail));
    }

    private static async Task TestAsync(Run run)
    {
        var settings = MailOptions.Of(run) ?? throw new CommandException("Name the mail server with --smtp, as for serve.");
        var to = MailOptions.AddressOf(To.Name, run.Required(To))
            ?? throw new CommandException($"{To.Name} is the e-mail address that the test mail goes to.");
        var (books, merchant) = await run.ReadMerchantAsync();
        var name = (await new Merchants(books, run.Clock).ListAsync(run.Cancel)).First(one => one.Id == merchant).Name;
        var why = await new TestMail(new MailSender(settings, run.Clock), settings, run.Clock).SendAsync(to, name, run.Cancel);
        if (why is { } failure)
            throw new CommandException($"The mail was not sent: {MailWords.Of(failure)}.");
        run.Print(new { To = to, Server = $"{settings}" }, $"[green]✓[/] The mail server has taken the mail to {to}.");
    }

    private static async Task ResendAsync(Run run)
    {
        var asked = new Asked().With(MailActs.Id, run.Required(Id).ToString("D"));
        var result = await run.DoAsync(MailActs.Resend, asked, run.Get(Reason));
        run.Print(new { Act = MailActs.Resend.Word, Said = result.Sentence }, $"[green]✓[/] {result.Sentence}");
    }

    private static async Task ShowPolicyAsync(Run run)
    {
        var (books, merchant) = await run.ReadMerchantAsync();
        var sent = await new MailPolicies(books, run.Clock).FindAsync(merchant, run.Cancel);
        var kinds = Enum.GetValues<MailKind>().Select(kind => (Word: EnumWords.Of(kind), IsOn: sent.Contains(kind))).ToList();
        run.Print(kinds.Select(kind => new { Kind = kind.Word, On = kind.IsOn }), () =>
        {
            foreach (var (word, isOn) in kinds)
                Terminal.Line($"[bold]{word}[/]: {(isOn ? "on" : "off")}");
        });
    }

    private static object DocumentOf(Mail mail) => new
    {
        Id = mail.Id.Value,
        Kind = EnumWords.Of(mail.Kind),
        Account = mail.Account?.Value,
        About = mail.Subject,
        Status = EnumWords.Of(mail.Status),
        To = mail.Recipient,
        Why = mail.Failure is { } why ? EnumWords.Of(why) : null,
        mail.Failures,
        mail.QueuedAt,
        NextAt = mail.DueAt,
        mail.EndedAt,
    };

    private static void Print(Mail mail)
    {
        Terminal.Line($"[bold]{mail.Id.Value}[/]  {EnumWords.Of(mail.Kind)} · {EnumWords.Of(mail.Status)}");
        var why = mail.Failure is { } failure ? $" · {EnumWords.Of(failure)}" : "";
        var next = mail.DueAt is { } due ? $" · next try {Report.Time(due)}" : "";
        var whose = mail.Account is { } account ? $"account {account.Value}" : $"person {mail.Subject}";
        Terminal.Line($"  {whose} · asked for {Report.Time(mail.QueuedAt)}{why}{next}");
    }
}
