using MimeKit;
using Quittance.Core.Mails;

namespace Quittance.Host.Mails;

/// <inheritdoc/>
/// <remarks>RFC 3464 (reports), RFC 3462 (what they return), RFC 6533 (those of addresses in other letters).</remarks>
internal sealed class BounceReader : IBounceReader
{
    private const string Failed = "failed";

    /// <inheritdoc/>
    public async Task<BounceReport?> ReadAsync(Stream message, CancellationToken cancel)
    {
        try
        {
            var read = await MimeMessage.LoadAsync(message, cancel);
            return read.Body is MultipartReport report && report.OfType<MessageDeliveryStatus>().FirstOrDefault() is { } status
                ? ReportOf(report, status) : null;
        }
        catch (Exception broken) when (broken is FormatException or ArgumentException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public string Written(string address) => MailboxAddress.EncodeAddrspec(address);

    private BounceReport ReportOf(MultipartReport report, MessageDeliveryStatus status)
    {
        // A mail of ours has one recipient.
        var failed = status.StatusGroups.Where(group => First(group["Action"]) == Failed).ToList();
        return new BounceReport(
            report.OfType<MessagePart>().Select(part => IdOf(part.Message?.MessageId)).FirstOrDefault(id => id is not null),
            failed.Count > 0, failed.Count > 0 && failed.All(group => SmtpRefusal.IsOfAddress(First(group["Status"]))),
            [
                // The address that failed. Where a mailbox passes mail on, the one that we wrote to is the original one, and is good.
                .. failed.Select(group => AddressOf(group["Final-Recipient"])).OfType<string>(),
            ]);
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
}
