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
        MailKind.CardExpires => "Card that expires",
        MailKind.DisputeOpened => "To your people: a dispute",
        MailKind.ApprovalWaits => "To your people: an approval that waits",
    };

    public static StatusWord Of(MailStatus status) => status switch
    {
        MailStatus.Waiting => new("Waiting", Tone.Waiting),
        MailStatus.Sent => new("Sent", Tone.Good),
        MailStatus.Failed => new("Failed", Tone.Bad),
        MailStatus.LeftOut => new("Left out", Tone.Quiet),
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
        MailFailure.Restored => "the books were restored; it may have been sent before",
        MailFailure.Unsayable => "a mistake of ours; the log has it",
    };
}
