namespace Quittance.Core.Mails;

/// <summary>A mail of a merchant.</summary>
public readonly record struct MailId(MerchantId Merchant, Guid Value) : IId;

/// <summary>How far a mail is.</summary>
public enum MailStatus
{
    /// <summary>A server sends it, now or later.</summary>
    Waiting,

    /// <summary>The mail server has taken it.</summary>
    Sent,

    /// <summary>It was given up.</summary>
    Failed,

    /// <summary>There was nothing to send, or no address to send it to.</summary>
    LeftOut,

    /// <summary>The mail server has taken it, and a mail server reported later that it does not arrive.</summary>
    Bounced,
}

/// <summary>Why a mail was not sent.</summary>
public enum MailFailure
{
    /// <summary>The mail server's name, or the connection to it, failed.</summary>
    Unreachable,

    /// <summary>The mail server did not answer in time.</summary>
    TimedOut,

    /// <summary>The mail server's certificate is not the one of its name, or of no authority that is trusted.</summary>
    Untrusted,

    /// <summary>The mail server offers no encryption.</summary>
    Unencrypted,

    /// <summary>The mail server took the user or the password for wrong.</summary>
    SignInRefused,

    /// <summary>The mail server asked to come back later (4xx).</summary>
    PutOff,

    /// <summary>The mail server refused the mail (5xx), for no fault of the customer's address.</summary>
    Refused,

    /// <summary>The mail server refused the customer's address: it takes no mail, and will take none (5xx).</summary>
    AddressRefused,

    /// <summary>The customer has no e-mail address.</summary>
    NoAddress,

    /// <summary>
    /// A mail server has refused the customer's address before. Since then the contact has not changed, and no mail was taken for it.
    /// </summary>
    KnownAddressRefused,

    /// <summary>By now there is nothing to write: the money has gone back, or the link is paid or taken back.</summary>
    Outdated,

    /// <summary>The statement that it is about has more lines than a paper takes.</summary>
    TooLong,

    /// <summary>The books were restored since it was asked for: it may have been sent in the time that was lost.</summary>
    Restored,

    /// <summary>A mistake of ours; the log has it.</summary>
    Unsayable,
}

/// <summary>
/// A mail to a customer about one event, or to a person of the merchant's about all of a kind that happened within a window.
/// </summary>
/// <param name="Account">The customer's; null for a person of the merchant's.</param>
/// <param name="Subject">The id of what the event happened to, or of the merchant's person.</param>
/// <param name="Sequence">Which event of the thing it is, or the <see cref="OperatorMail.WindowOf">window</see>.</param>
/// <param name="Recipient">The address of its last try; null before the first one, and where the person was erased.</param>
/// <param name="Failures">How often it has failed.</param>
/// <param name="Failure">Why its last try failed; null where none did.</param>
/// <param name="QueuedAt">When it was asked for.</param>
/// <param name="DueAt">When it is tried next, or the moment until which one server has it alone; null where it ended.</param>
/// <param name="EndedAt">When it was sent, given up or left out, or when it came back; null while it waits.</param>
public sealed record Mail(
    MailId Id, MailKind Kind, AccountId? Account, Guid Subject, int Sequence, MailStatus Status, string? Recipient, int Failures,
    MailFailure? Failure, DateTimeOffset QueuedAt, DateTimeOffset? DueAt, DateTimeOffset? EndedAt)
{
    /// <summary>Whether a person had it sent again.</summary>
    public bool IsAgain { get; init; }

    /// <summary>Nothing of the person, so that no log has it.</summary>
    public override string ToString() => $"mail {Id.Value}";
}

/// <summary>The result of a try to send a mail: it was sent where there is no failure.</summary>
/// <param name="IsFinal">Whether another try would end alike.</param>
public readonly record struct MailResult(MailFailure? Failure, bool IsFinal = false)
{
    /// <summary>Whether the mail was left out: nothing failed.</summary>
    public bool IsLeftOut => Failure is MailFailure.NoAddress or MailFailure.KnownAddressRefused or MailFailure.Outdated
        or MailFailure.TooLong or MailFailure.Restored;
}

/// <summary>When a failed mail is tried again: ever more rarely, for three days.</summary>
public static class MailSchedule
{
    private static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(30), TimeSpan.FromHours(1),
        TimeSpan.FromHours(2), TimeSpan.FromHours(4), TimeSpan.FromHours(8), TimeSpan.FromHours(8), TimeSpan.FromHours(12),
        TimeSpan.FromHours(12), TimeSpan.FromHours(24),
    ];

    /// <summary>The pause after the n-th failure; null when it was the last.</summary>
    /// <param name="failures">How often it has failed, from 1.</param>
    public static TimeSpan? PauseAfter(int failures) => failures > Pauses.Length ? null : Pauses[failures - 1];
}
