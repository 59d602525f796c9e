namespace Quittance.Core.Access;

/// <summary>The changes of access that the security log has beside the answers that refuse it.</summary>
public enum AccessNews
{
    /// <summary>A code or refresh token came a second time, so the family of its tokens has ended.</summary>
    TokenReused,

    CredentialCreated,

    CredentialRotated,

    CredentialEnded,

    SubscriptionCreated,

    SubscriptionEnded,

    /// <summary>A number left the vault for a provider.</summary>
    VaultOpened,

    /// <summary>A person tried to approve an act for which they had asked.</summary>
    ApprovalRefused,
}

/// <summary>Hears of access that was given, used and ended. The server writes its security log by it; the command line has none.</summary>
public interface IAccessWatch
{
    /// <summary>Notes what has happened.</summary>
    /// <param name="who">The person's id or the credential's number; null where neither is known.</param>
    /// <param name="subject">The thing that it happened to, such as <c>credential 12</c>.</param>
    void Note(AccessNews news, MerchantId merchant, string? who, string subject);
}

public static class AccessWatching
{
    /// <summary>Notes what an operator or a client has done.</summary>
    /// <param name="by">The operator, or the client in an operator's place; null where a client did it by itself.</param>
    /// <param name="credential">The credential of a client that did it by itself.</param>
    public static void Note(
        this IAccessWatch? watch, AccessNews news, MerchantId merchant, Origin? by, string subject, long? credential = null) =>
        watch?.Note(
            news, merchant, by?.Action?.Person?.ToString("D") ?? (by is { Credential: > 0 } ? by.Credential : credential)?.ToString(),
            subject);
}
