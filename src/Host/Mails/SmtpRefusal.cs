using System.Globalization;
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

    // The end of a code that says no more than that the mail failed (RFC 3463).
    private const string Undefined = ".0.0";

    // A report alone says of the domain that there is none (RFC 3463). A mail server that we speak with says it of its own troubles, too.
    private const string NoSuchHost = "5.4.4";

    /// <summary>The result of a mail that was refused.</summary>
    /// <param name="where">The step at which it was.</param>
    /// <param name="code">The answer's number.</param>
    /// <param name="text">The answer's text, which begins with the enhanced code where the mail server says one.</param>
    public static MailResult Of(SmtpErrorCode where, int code, string text)
    {
        var enhanced = EnhancedOf(text);
        // Some say of the sender with these codes, too, that there is none.
        if (where != SmtpErrorCode.SenderNotAccepted && IsOfAddress(enhanced, code, where == SmtpErrorCode.RecipientNotAccepted))
            return new MailResult(MailFailure.AddressRefused, IsFinal: true);

        // A mail server that does not relay for us, a block or a full mailbox: an operator corrects it, or time does. The mail itself has
        // not been looked at before it was handed over.
        return new MailResult(
            MailFailure.Refused,
            IsFinal: enhanced != FullMailbox && where is not (SmtpErrorCode.RecipientNotAccepted or SmtpErrorCode.SenderNotAccepted));
    }

    /// <summary>Whether a report says of an address that it takes no mail, and will take none.</summary>
    /// <param name="status">The enhanced code of the report; null for none.</param>
    /// <param name="diagnostic">What another mail server answered, such as <c>smtp; 550 5.1.1 User unknown</c>; null for none.</param>
    /// <param name="isAtRecipient">Whether it answered so to the recipient, before it saw the mail.</param>
    public static bool IsOfAddressInReport(string? status, string? diagnostic, bool isAtRecipient)
    {
        // Exim always says 5.0.0, and Postfix does of an answer without an enhanced code: only the answer itself says more.
        if (!IsUndefined(status))
            return status == NoSuchHost || DeadAddresses.Contains(status);
        if (Answer().Match(diagnostic ?? "") is not { Success: true } answer)
            return false;
        var enhanced = EnhancedOf(answer.Groups["text"].Value);
        return enhanced == NoSuchHost
            || IsOfAddress(enhanced, int.Parse(answer.Groups["code"].ValueSpan, CultureInfo.InvariantCulture), isAtRecipient);
    }

    /// <summary>Whether the enhanced code of a report is missing, or says no more than that the mail failed, such as 5.0.0.</summary>
    public static bool IsUndefined(string? status) => status?.EndsWith(Undefined, StringComparison.Ordinal) ?? true;

    /// <summary>Whether an answer says of an address that it takes no mail, and will take none.</summary>
    private static bool IsOfAddress(string? enhanced, int code, bool isAtRecipient) =>
        enhanced is null ? isAtRecipient && OfAddresses.Contains(code) : DeadAddresses.Contains(enhanced);

    /// <summary>The enhanced code (RFC 3463), such as 5.1.1, with which an answer's text begins; null for none.</summary>
    private static string? EnhancedOf(string text) =>
        Enhanced().Match(text) is { Success: true } match ? match.Groups["code"].Value : null;

    [GeneratedRegex(@"^#?(?<code>5\.\d{1,3}\.\d{1,3})(?!\S)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Enhanced();

    [GeneratedRegex(
        @"^\s*smtp\s*;\s*(?<code>[0-9]{3})[ -](?<text>.*)\z",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Answer();
}
