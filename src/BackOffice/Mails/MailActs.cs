using Quittance.BackOffice.Acts;
using Quittance.BackOffice.BankStatements.Reading;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Accounts;
using Quittance.Core.Acts;
using Quittance.Core.Mails;
using Quittance.Core.Sessions;
using Quittance.Storage.Mails;
using Quittance.Storage.Visits;

namespace Quittance.BackOffice.Mails;

/// <summary>Which mail customers get, and sending one again.</summary>
public static class MailActs
{
    public const string Kind = "kind";
    public const string On = "on";
    public const string Id = "id";
    public const string Language = "language";
    public const string Text = "text";
    public const string Month = "month";
    public const string Report = "report";

    private const int IdLength = 36;

    public static DeclaredAct Switch { get; } = new(
        "mail.policy", "Switches a kind of mail on or off",
        "From now on customers who have an e-mail address get it, or get it no more; your people get those of disputes, "
        + "approvals, failed collections and failing webhooks. What waits to be sent is sent. A server sends mail "
        + "where it was started with --smtp.",
        OperatorRole.Admin, [
            new(Kind, AskKind.Word, "Kind", "What the mail is about.") { Words = EnumWords.All<MailKind>() },
            new(On, AskKind.Flag, "Send it", "Customers, or your people, get a mail of this kind."),
        ], SwitchAsync)
    {
        Operation = new("switchMail", "mails/policy", "Mail", Scopes.Administer),
        IsGrave = false,
    };

    public static DeclaredAct Say { get; } = new(
        "mail.sentence", "Sets a sentence of your own in a kind of mail to customers, or ends it",
        "Mails that are written from now on have it below what they say, as plain text: {name}, {amount} and {merchant} in it stand for "
        + "the customer's name, the amount (of a card that expires there is none) and yours. Without a language all mails have it that "
        + "have none of their language. Without a text there is none any more.",
        OperatorRole.Admin, [
            new(Kind, AskKind.Word, "Kind", "What the mail is about.") { Words = [.. OperatorMail.KindsOfCustomers.Select(EnumWords.Of)] },
            new(Language, AskKind.Word, "Language", "The language of the mails that have it; all if left out.")
            {
                IsOptional = true,
                Words = CustomerLanguage.Tags,
            },
            new(Text, AskKind.Text, "Sentence", "What customers read.")
            {
                IsOptional = true,
                Most = MailSentence.Most,
                IsNoCard = true,
            },
        ], SayAsync)
    {
        Operation = new("setMailSentence", "mails/sentences", "Mail", Scopes.Administer),
    };

    public static DeclaredAct Resend { get; } = new(
        "mail.resend", "Sends a mail to a customer again",
        "It is written anew, from the books as they are, and goes to the address that the customer has now.",
        OperatorRole.Operator,
        [new(Id, AskKind.Text, "Mail", "The id of the mail.") { IsInPath = true, IsNoCard = true, Most = IdLength }], ResendAsync)
    {
        Operation = new("resendMail", "mails/{id}/resend", "Mail", Scopes.Pay),
        IsGrave = false,
    };

    public static DeclaredAct SendStatement { get; } = new(
        "mail.statement", "Mails the statement of a month to a customer",
        "It is attached as a PDF, in the customer's language, and goes to the address that the customer has. Of this month it has what "
        + "is booked until it is sent.",
        OperatorRole.Operator,
        [
            OneCustomer.Ask,
            new(Month, AskKind.Text, "Month", "Such as 2026-10; the last one if left out.") { IsOptional = true, Most = MonthLength },
        ], SendStatementAsync)
    {
        Operation = new("mailStatement", "mails/statements", "Mail", Scopes.Pay),
        IsGrave = false,
    };

    public static DeclaredAct SendAccountLink { get; } = new(
        "mail.account-link", "Mails a customer the link to its own page",
        "There the customer sees and pays its bills, keeps receipts, ends cards and mandates, and changes how you reach it. The link opens "
        + "once, within 15 minutes, and goes to the address that the customer has.",
        OperatorRole.Operator, [OneCustomer.Ask], SendAccountLinkAsync)
    {
        Operation = new("mailAccountLink", "mails/account-links", "Mail", Scopes.Pay),
        IsGrave = false,
    };

    public static DeclaredAct TakeReport { get; } = new(
        "mail.bounce", "Hands in a mail server's report about a mail that does not arrive",
        "The mail is marked as come back. Where its address takes no mail and will take none, no more mail goes there before the contact "
        + "is changed, as if the mail server had refused it. A report about another mail, one of a mail that is late, and the same one "
        + "again change nothing.",
        OperatorRole.Operator,
        [
            new(Report, AskKind.Text, "Report", "The message with the report (RFC 3464): its bytes in Base64, at most 10 MiB of them.")
            {
                Most = (BounceReport.Most / 3 * 4) + 4,
                IsNoCard = true,
            },
        ], TakeReportAsync)
    {
        Operation = new("reportBounce", "mails/bounces", "Mail", Scopes.Pay),
        IsGrave = false,
    };

    private const int MonthLength = 7;

    /// <summary>A sentence as a page may show it: one that was refused for a number of a card or an account, without the number.</summary>
    public static string? Shown(string? sentence) => NumberMask.Hides(sentence) ? NumberMask.Hidden(sentence) : sentence;

    private static async Task<ActResult> SwitchAsync(ActRequest request)
    {
        var (word, isOn) = (request.Asked.Required(Kind), request.Asked.Flag(On));
        var isNew = await request.Part<MailPolicies>().SwitchAsync(
            request.Merchant, EnumWords.To<MailKind>(word), isOn, request.By($"mail {word}", isOn ? "on" : "off"), request.Cancel);
        var whose = EnumWords.To<MailKind>(word).IsForOperators() ? "Your people" : "Customers";
        return ActResult.Done(
            $"{whose} get {(isOn ? "" : "no ")}mail of the kind {word}.",
            isNew);
    }

    private static async Task<ActResult> SayAsync(ActRequest request)
    {
        var (word, language, text) =
            (request.Asked.Required(Kind), request.Asked.Text(Language), request.Asked.Text(Text));
        if (text is not null && MailSentence.ProblemOf(EnumWords.To<MailKind>(word), text) is { } problem)
            return ActResult.Wrong(Text, problem);
        if (NumberMask.Hides(text))
            return ActResult.Wrong(Text, "Leave the number of a card or an account out: mails pass many hands.");
        var isChanged = await request.Part<MailSentences>().SetAsync(
            request.Merchant, EnumWords.To<MailKind>(word), language, text,
            request.By($"mail {word}{(language is null ? "" : $" in {language}")}"), request.Cancel);
        var mails = $"Mails of the kind {word}{(language is null ? "" : $" in {language}")}";
        return ActResult.Done(text is null ? $"{mails} have no sentence of your own." : $"{mails} have your sentence.", isChanged);
    }

    private static async Task<ActResult> SendStatementAsync(ActRequest request)
    {
        var now = await request.TodayAsync();
        var thisMonth = now.AddDays(1 - now.Day);
        var asked = request.Asked.Text(Month) is { } typed ? Storage.Moments.Month.Parse(typed)?.FirstDay : thisMonth.AddMonths(-1);
        if (asked is not { } month)
            return ActResult.Wrong(Month, "This is no month. Name one such as 2026-10.");
        if (month > thisMonth)
            return ActResult.Wrong(Month, "This month has not begun.");
        var (found, problem) = await OneCustomer.FindAsync(request);
        if (found is not var (account, number))
            return problem!;
        return await request.Part<MailQueue>().SendStatementAsync(
            account, month, request.By($"account {number}", $"{month:yyyy-MM}"), request.Cancel) switch
        {
            MailResend.Queued => ActResult.Done($"The statement of {month:yyyy-MM} waits to be mailed to customer {number}."),
            MailResend.Repeated => ActResult.Done("An earlier request has done it.", isChanged: false),
            MailResend.Waits => ActResult.Refused("It waits to be sent already."),
            MailResend.Unknown => throw new InvalidOperationException("A statement needs no mail before it."),
        };
    }

    private static async Task<ActResult> SendAccountLinkAsync(ActRequest request)
    {
        var (found, problem) = await OneCustomer.FindAsync(request);
        if (found is not var (account, number))
            return problem!;
        return await request.Part<AccountVisits>().AskAsync(account, request.By($"account {number}"), request.Cancel) switch
        {
            VisitAsked.Mailed => ActResult.Done($"The link waits to be mailed to customer {number}."),
            VisitAsked.Repeated => ActResult.Done("An earlier request has done it.", isChanged: false),
            VisitAsked.SwitchedOff => ActResult.Refused("Switch mail of the kind account_link on first: nobody gets such links now."),
            VisitAsked.TooMany => ActResult.Refused("The customer has several links that can be opened. Wait a quarter of an hour."),
        };
    }

    private static async Task<ActResult> TakeReportAsync(ActRequest request)
    {
        var reader = request.Part<IBounceReader>();
        if (Base64File.BytesOf(request.Asked.Required(Report), BounceReport.Most) is not { } bytes)
            return ActResult.Wrong(Report, "The bytes of a message in Base64, at most 10 MiB of them.");
        using var message = new MemoryStream(bytes, writable: false);
        if (await reader.ReadAsync(message, request.Cancel) is not { } report)
            return ActResult.Wrong(Report, "This message is no report of a mail server (multipart/report, RFC 3464).");
        return await request.Part<MailQueue>().BounceAsync(
            report, request.By($"mail {report.Mail:D}"), reader.Written, request.Cancel) switch
        {
            BounceNote.Noted => ActResult.Done($"Mail {report.Mail:D} came back."),
            BounceNote.Repeated => ActResult.Done($"It is known that mail {report.Mail:D} came back.", isChanged: false),
            BounceNote.Unknown => ActResult.Done("The report is about no mail that you have sent.", isChanged: false),
            BounceNote.Nothing => ActResult.Done("The report says of no mail that it does not arrive.", isChanged: false),
            BounceNote.Early => ActResult.Refused("The mail waits to be sent. Hand the report in again in some minutes."),
        };
    }

    private static async Task<ActResult> ResendAsync(ActRequest request)
    {
        var typed = request.Asked.Required(Id);
        if (!Guid.TryParse(typed, out var id))
            return ActResult.NoSuch(Id, "mail", $"There is no mail {typed}.");
        return await request.Part<MailQueue>().ResendAsync(
            new MailId(request.Merchant, id), request.By($"mail {id:D}"), request.Cancel) switch
        {
            MailResend.Queued => ActResult.Done("The mail is sent again."),
            MailResend.Repeated => ActResult.Done("An earlier request has done it.", isChanged: false),
            MailResend.Waits => ActResult.Refused("It waits to be sent already."),
            MailResend.Unknown => ActResult.NoSuch(Id, "mail", $"There is no mail {id:D}."),
        };
    }
}
