using System.Text.RegularExpressions;
using MimeKit;
using Quittance.Core.Mails;

namespace Quittance.Host.Mails;

/// <inheritdoc/>
/// <remarks>RFC 3464 (reports), RFC 3462 (what they return), RFC 6533 (those of addresses in other letters).</remarks>
internal sealed partial class BounceReader : IBounceReader
{
    private const string Failed = "failed";

    // Exim has it of a domain that has no mail server, without any code.
    private const string NoRoute = "Unrouteable address";

    /// <inheritdoc/>
    public async Task<BounceReport?> ReadAsync(Stream message, CancellationToken cancel)
    {
        try
        {
            var read = await MimeMessage.LoadAsync(message, cancel);
            return ReportIn(read.Body) is { } report && PartsOf(report).OfType<MessageDeliveryStatus>().FirstOrDefault() is { } status
                ? ReportOf(read, report, status) : null;
        }
        catch (Exception broken) when (broken is FormatException or ArgumentException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public string Written(string address) => MailboxAddress.EncodeAddrspec(address);

    private BounceReport ReportOf(MimeMessage message, MultipartReport report, MessageDeliveryStatus status)
    {
        // A mail of ours has one recipient.
        var failed = status.StatusGroups.Where(group => First(group["Action"]) == Failed).ToList();
        var parts = PartsOf(report).ToList();
        var isAtRecipient = !parts.OfType<TextPart>().Any(text => text.IsPlain && AtAnotherStep().IsMatch(text.Text));
        return new BounceReport(
            (parts.Select(ReturnedId).OfType<string>().ToList() is { Count: > 0 } returned ? returned : Answered(message))
                .Select(IdOf).FirstOrDefault(id => id is not null),
            failed.Count > 0, failed.Count > 0 && failed.All(group => IsOfAddress(group, isAtRecipient)),
            [
                // The address that failed. Where a mailbox passes mail on, the one that we wrote to is the original one, and is good.
                .. failed.Select(group => AddressOf(group["Final-Recipient"])).OfType<string>(),
            ]);
    }

    /// <summary>The report of a message: a gateway may have put it into another part. One that is only returned in it is none.</summary>
    private static MultipartReport? ReportIn(MimeEntity? entity) => entity switch
    {
        MultipartReport report when PartsOf(report).OfType<MessageDeliveryStatus>().Any() => report,
        Multipart several => several.Select(ReportIn).FirstOrDefault(report => report is not null),
        _ => null,
    };

    /// <summary>The parts that hold no others.</summary>
    private static IEnumerable<MimeEntity> PartsOf(MimeEntity entity) =>
        entity is Multipart several ? several.SelectMany(PartsOf) : [entity];

    /// <summary>The Message-IDs of the mails that a message answers.</summary>
    private static IEnumerable<string> Answered(MimeMessage message) =>
        message.InReplyTo is { } answered ? message.References.Prepend(answered) : message.References;

    /// <summary>The Message-ID of a mail that a part returns, or of its headers; null where it returns none.</summary>
    private static string? ReturnedId(MimeEntity part)
    {
        if (part is MessagePart { Message: { } returned })
            return returned.MessageId;
        // In Base64 or quoted-printable, against RFC 2046, it is taken for a file.
        if (part is not MimePart { Content: { } content } || part is MessageDeliveryStatus
            || !(part.ContentType.IsMimeType("message", "*") || part.ContentType.IsMimeType("text", "rfc822-headers")))
        {
            return null;
        }

        try
        {
            using var decoded = content.Open();
            return MimeMessage.Load(decoded).MessageId;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <param name="isAtRecipient">Whether a mail server that refused the mail did so at its recipient.</param>
    private static bool IsOfAddress(HeaderList group, bool isAtRecipient)
    {
        var (status, answer) = (First(group["Status"]), group["Diagnostic-Code"]);
        return SmtpRefusal.IsOfAddressInReport(status, answer, isAtRecipient) || (answer is null && SmtpRefusal.IsUndefined(status)
            && group.Any(field => field.Value.Contains(NoRoute, StringComparison.OrdinalIgnoreCase)));
    }

    /// <summary>The mail of the Message-ID that <see cref="MailMessages"/> makes.</summary>
    private static Guid? IdOf(string? message) =>
        message?.Split('@') is [var id, _] && Guid.TryParseExact(id, "N", out var mail) ? mail : null;

    /// <summary>A word without what stands behind it in brackets.</summary>
    private static string? First(string? value) =>
        value?.Split([' ', '\t', '(', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is [var word, ..]
            ? word.ToLowerInvariant() : null;

    /// <summary>The address behind the type, such as <c>rfc822; anna@example.com</c>.</summary>
    private string? AddressOf(string? recipient)
    {
        var address = recipient?[(recipient.IndexOf(';', StringComparison.Ordinal) + 1)..].Trim().Trim('<', '>');
        return string.IsNullOrEmpty(address) ? null : Written(address);
    }

    /// <summary>As Exim and Postfix tell people at which step a mail was refused: at its sender, or as a whole.</summary>
    [GeneratedRegex(
        @"\b(after (pipelined )?(MAIL FROM|DATA|end of data|sending data block)|in reply to (MAIL FROM|DATA|end of DATA))\b",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AtAnotherStep();
}
