using Quittance.Console.Parts;
using Quittance.Core.Mails;
using static Quittance.Console.Languages.Texts;

namespace Quittance.Console.Pages.Mails;

/// <summary>The words for mails, for people.</summary>
public static class MailWords
{
    public static string Of(MailKind kind) => kind switch
    {
        MailKind.Receipt => Say("Receipt of a payment"),
        MailKind.PaymentLink => Say("Payment link"),
        MailKind.DebitNotice => Say("Notice of a debit"),
        MailKind.ReturnedDebit => Say("Returned or unpaid debit"),
        MailKind.Reminder => Say("Reminder"),
        MailKind.Refund => Say("Refund"),
        MailKind.AccountLink => Say("Link to the customer’s own page"),
        MailKind.Statement => Say("Statement of a month"),
        MailKind.CardExpires => Say("Card that expires"),
        MailKind.MandateGiven => Say("Mandate that was given"),
        MailKind.DisputeOpened => Say("To your people: a dispute"),
        MailKind.ApprovalWaits => Say("To your people: an approval that waits"),
        MailKind.CollectionFailed => Say("To your people: failed collections"),
        MailKind.WebhookFails => Say("To your people: webhooks that fail"),
    };

    /// <summary>What became of a mail, as a line of a story.</summary>
    public static string Told(Mail mail)
    {
        var (what, why) = (Of(mail.Kind), mail.Failure is { } failure ? $": {Of(failure)}" : "");
        return mail.Status switch
        {
            MailStatus.Waiting => Say($"{what} waits to be mailed{why}"),
            MailStatus.Sent => Say($"{what} was mailed to {mail.Recipient ?? Say("the customer")}"),
            MailStatus.Failed => Say($"{what} could not be mailed{why}"),
            MailStatus.LeftOut => Say($"{what} was not mailed{why}"),
            MailStatus.Bounced => Say($"{what} to {mail.Recipient ?? Say("the customer")} came back{why}"),
        };
    }

    public static StatusWord Of(MailStatus status) => status switch
    {
        MailStatus.Waiting => new(Say("Waiting"), Tone.Waiting),
        MailStatus.Sent => new(Say("Sent"), Tone.Good),
        MailStatus.Failed => new(Say("Failed"), Tone.Bad),
        MailStatus.LeftOut => new(Say("Left out"), Tone.Quiet),
        MailStatus.Bounced => new(Say("Came back"), Tone.Bad),
    };

    public static string Of(MailFailure why) => why switch
    {
        MailFailure.Unreachable => Say("the mail server could not be reached"),
        MailFailure.TimedOut => Say("the mail server did not answer in time"),
        MailFailure.Untrusted => Say("the mail server's certificate is not to be trusted"),
        MailFailure.Unencrypted => Say("the mail server offers no encryption"),
        MailFailure.SignInRefused => Say("the mail server refused the user or the password"),
        MailFailure.PutOff => Say("the mail server asked to come back later"),
        MailFailure.Refused => Say("the mail server refused the mail"),
        MailFailure.AddressRefused => Say("the mail server refused the address"),
        MailFailure.NoAddress => Say("the customer has no e-mail address"),
        MailFailure.KnownAddressRefused => Say("the address was refused before"),
        MailFailure.Outdated => Say("there was nothing to write any more"),
        MailFailure.TooLong => Say("its statement has too many lines for a paper: download a part of it"),
        MailFailure.Restored => Say("the books were restored; it may have been sent before"),
        MailFailure.Unsayable => Say("a mistake of ours; the log has it"),
    };
}
