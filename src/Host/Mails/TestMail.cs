using Quittance.Core.Mails;
using Quittance.Papers.Mails;

namespace Quittance.Host.Mails;

/// <inheritdoc/>
internal sealed class TestMail(MailSender sender, MailSettings settings, TimeProvider clock) : ITestMail
{
    /// <inheritdoc/>
    public async Task<MailFailure?> SendAsync(string to, string merchant, CancellationToken cancel)
    {
        var (connection, why) = await sender.ConnectAsync(cancel);
        if (connection is null)
            return why;
        var letter = new MailLetter("en", $"A test mail of {merchant}", [
            "This mail says that mail works: the mail server has taken it, and it has come to you.",
            "Customers get mail of the kinds that are switched on.",
        ]);
        var now = clock.GetUtcNow();
        var message = MailMessages.Of(
            new MailId(default, Guid.CreateVersion7(now)), letter, merchant, to, customer: null, settings, now);
        try
        {
            return (await sender.SendAsync(connection, message)).Failure;
        }
        finally
        {
            await MailSender.EndAsync(connection);
        }
    }
}
