using System.Text.RegularExpressions;
using MailKit.Net.Smtp;
using Quittance.Core.Mails;

namespace Quittance.Host.Mails;

/// <summary>
/// What a refusal (5xx) of a mail server means: a fault of the address, of the mail, or of what can change by itself or by an operator.
/// </summary>
internal static partial class SmtpRefusal
{
    // 550 no such mailbox, 551 not here, 553 the name is not allowed.
    private static readonly int[] OfAddresses = [550, 551, 553];

    // RFC 3463: no such mailbox, no such domain, no address, more than one, moved, and RFC 7505: a domain that takes no mail. 5.1.0, 5.1.7
    // and 5.1.8 can be about the address that the mail comes from, which many servers judge with the recipient.
    private static readonly string[] DeadAddresses = ["5.1.1", "5.1.2", "5.1.3", "5.1.4", "5.1.6", "5.1.10", "5.2.1"];

    private const string FullMailbox = "5.2.2";

    /// <summary>The result of a mail that was refused.</summary>
    /// <param name="where">The step at which it was.</param>
    /// <param name="code">The answer's number.</param>
    /// <param name="text">The answer's text, which begins with the enhanced code where the mail server says one.</param>
    public static MailResult Of(SmtpErrorCode where, int code, string text)
    {
        var enhanced = Enhanced().Match(text) is { Success: true } match ? match.Groups["code"].Value : null;
        // Some say of the sender with these codes, too, that there is none.
        if ((IsOfAddress(enhanced) && where != SmtpErrorCode.SenderNotAccepted)
            || (enhanced is null && where == SmtpErrorCode.RecipientNotAccepted && OfAddresses.Contains(code)))
        {
            return new MailResult(MailFailure.AddressRefused, IsFinal: true);
        }

        // A mail server that does not relay for us, a block or a full mailbox: an operator corrects it, or time does. The mail itself has
        // not been looked at before it was handed over.
        return new MailResult(
            MailFailure.Refused,
            IsFinal: enhanced != FullMailbox && where is not (SmtpErrorCode.RecipientNotAccepted or SmtpErrorCode.SenderNotAccepted));
    }

    /// <summary>Whether an enhanced code (RFC 3463), such as 5.1.1, says that an address takes no mail, and will take none.</summary>
    public static bool IsOfAddress(string? enhanced) => DeadAddresses.Contains(enhanced);

    [GeneratedRegex(@"^#?(?<code>5\.\d{1,3}\.\d{1,3})(?!\S)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Enhanced();
}
