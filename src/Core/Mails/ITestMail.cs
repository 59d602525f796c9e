namespace Quittance.Core.Mails;

/// <summary>Sends a mail that says no more than that mail works. Only a server that has a mail server has it.</summary>
public interface ITestMail
{
    /// <summary>Sends it at once; no other try follows.</summary>
    /// <param name="merchant">The name that it comes from.</param>
    /// <returns>Why the mail server did not take it; null where it did.</returns>
    Task<MailFailure?> SendAsync(string to, string merchant, CancellationToken cancel);
}
