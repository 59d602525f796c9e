namespace Quittance.Host.Mails;

/// <summary>The mail server that takes the mails to customers.</summary>
/// <param name="Server">Its name.</param>
/// <param name="IsEncryptedAtOnce">Whether the connection begins with TLS; else STARTTLS follows, here where it is offered.</param>
/// <param name="From">The address that mails come from.</param>
public sealed record MailSettings(string Server, int Port, bool IsEncryptedAtOnce, string From)
{
    /// <summary>The mails of a minute, unless the operator says another number.</summary>
    public const int UsualLimit = 100;

    // A lease outlasts all steps of a try but the mail itself, each of which may take the timeout.
    private const int LeasePerTimeout = 4;

    /// <summary>Whether the mail server is this machine, so that nobody reads the mails on the way.</summary>
    public bool IsLocal { get; init; }

    /// <summary>The user who signs in there; null for none.</summary>
    public string? User { get; init; }

    public string? Password { get; init; }

    /// <summary>The address that answers go to, where the merchant has none; null for where mails come from.</summary>
    public string? ReplyTo { get; init; }

    /// <summary>The folder into which reports about mails come that do not arrive; null for none.</summary>
    public string? Bounces { get; init; }

    /// <summary>The most mails of a minute.</summary>
    public int Limit { get; init; } = UsualLimit;

    /// <summary>How long the mail server has for the connection, and for the commands before the mail.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long it has for the mail itself, until it says that it has taken it: one that looks for viruses and spam first takes its time,
    /// and a mail that is given up then goes out twice.
    /// </summary>
    public TimeSpan MailTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a server has a mail for itself. If it dies, the mail is tried again after that.</summary>
    public TimeSpan Lease => (Timeout * LeasePerTimeout) + MailTimeout;

    /// <summary>Never the password.</summary>
    public override string ToString() => $"{Server}:{Port}";
}
