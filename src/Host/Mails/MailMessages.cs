using MimeKit;
using Quittance.Core;
using Quittance.Core.Mails;
using Quittance.Papers;
using Quittance.Papers.Mails;

namespace Quittance.Host.Mails;

/// <summary>Makes the message of a mail. Names and texts of people enter no header but by MimeKit's own types.</summary>
internal static class MailMessages
{
    /// <param name="merchant">The name that it comes from.</param>
    /// <param name="to">The customer's address.</param>
    public static MimeMessage Of(
        MailId id, MailLetter letter, string merchant, string to, string? customer, MailSettings settings, DateTimeOffset now)
    {
        var from = MailboxAddress.Parse(settings.From);
        var message = new MimeMessage
        {
            // The same for each try, so that a mail server that got it twice shows it once.
            MessageId = $"{id.Value:N}@{from.GetAddress(idnEncode: true).Split('@')[^1]}",
            Date = now,
            Subject = OneLine.Of(letter.Subject),
        };
        message.From.Add(new MailboxAddress(OneLine.Of(merchant), from.Address));
        message.To.Add(new MailboxAddress(customer is null ? "" : OneLine.Of(customer), to));
        if ((letter.AnswersTo ?? settings.ReplyTo) is { } answers)
            message.ReplyTo.Add(MailboxAddress.Parse(answers));
        // RFC 3834: no machine answers it.
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        message.Headers.Add(HeaderId.ContentLanguage, letter.Language);
        var body = new BodyBuilder { TextBody = letter.Text, HtmlBody = letter.Html };
        if (letter.Logo is { Png: var png })
            body.LinkedResources.Add("logo.png", png.ToArray(), new ContentType("image", "png")).ContentId = MailLetter.LogoId;
        if (letter.Attached is { } paper)
            body.Attachments.Add(paper.Name, paper.Content.ToArray(), ContentType.Parse(Paper.MediaType));
        message.Body = body.ToMessageBody();
        return message;
    }
}
