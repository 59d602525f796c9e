using Quittance.Console.Parts;
using Quittance.Core.Mails;

namespace Quittance.Console.Pages.Mails;

/// <summary>The words for mails, for people.</summary>
public static class MailWords
{
    public static string Of(MailKind kind) => kind switch
    {
        MailKind.Receipt => "Receipt of a payment",
        MailKind.PaymentLink => "Payment link",
        MailKind.DebitNotice => "Notice of a debit",
        MailKind.ReturnedDebit => "Returned debit",
        MailKind.Reminder => "Reminder",
        MailKind.Refund => "Refund",
        MailKind.AccountLink => "Link to the customer’s own page",
        MailKind.Statement => "Statement of a month",
        MailKind.CardExpires => "Card that expires",
        MailKind.MandateGiven => "Mandate that was given",
        MailKind.DisputeOpened => "To your people: a dispute",
        MailKind.ApprovalWaits => "To your people: an approval that waits",
        MailKind.CollectionFailed => "To your people: failed collections",
        MailKind.WebhookFails => "To your people: webhooks that fail",
    };

    /// <summary>What became of a mail, as a line of a story.</summary>
    public static string Told(Mail mail)
    {
        var (what, why) = (Of(mail.Kind), mail.Failure is { } failure ? $": {Of(failure)}" : "");
        return mail.Status switch
        {
            MailStatus.Waiting => $"{what} waits to be mailed{why}",
            MailStatus.Sent => $"{what} was mailed to {mail.Recipient ?? "the customer"}",
            MailStatus.Failed => $"{what} could not be mailed{why}",
            MailStatus.LeftOut => $"{what} was not mailed{why}",
            MailStatus.Bounced => $"{what} to {mail.Recipient ?? "the customer"} came back{why}",
        };
    }

    public static StatusWord Of(MailStatus status) => status switch
    {
        MailStatus.Waiting => new("Waiting", Tone.Waiting),
        MailStatus.Sent => new("Sent", Tone.Good),
        MailStatus.Failed => new("Failed", Tone.Bad),
        MailStatus.LeftOut => new("Left out", Tone.Quiet),
        MailStatus.Bounced => new("Came back", Tone.Bad),
    };

    public static string Of(MailFailure why) => why switch
    {
        MailFailure.Unreachable => "the mail server could not be reached",
        MailFailure.TimedOut => "the mail server did not answer in time",
        MailFailure.Untrusted => "the mail server's certificate is not to be trusted",
        MailFailure.Unencrypted => "the mail server offers no encryption",
        MailFailure.SignInRefused => "the mail server refused the user or the password",
        MailFailure.PutOff => "the mail server asked to come back later",
        MailFailure.Refused => "the mail server refused the mail",
        MailFailure.AddressRefused => "the mail server refused the address",
        MailFailure.NoAddress => "the customer has no e-mail address",
        MailFailure.KnownAddressRefused => "the address was refused before",
        MailFailure.Outdated => "there was nothing to write any more",
        MailFailure.TooLong => "its statement has too many lines for a paper: download a part of it",
        MailFailure.Restored => "the books were restored; it may have been sent before",
        MailFailure.Unsayable => "a mistake of ours; the log has it",
    };
}
