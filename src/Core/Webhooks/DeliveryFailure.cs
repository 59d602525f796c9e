namespace Quittance.Core.Webhooks;

/// <summary>Why something could not be told.</summary>
public enum DeliveryFailure
{
    /// <summary>Nobody took it: the name, the connection or its encryption failed.</summary>
    Unreachable,

    /// <summary>The address leads into a private network, which the server was not allowed to enter.</summary>
    PrivateAddress,

    /// <summary>The address is not encrypted, which is allowed in private networks only.</summary>
    Unencrypted,

    /// <summary>There was no answer in time.</summary>
    TimedOut,

    /// <summary>The answer sent us elsewhere. Nobody follows.</summary>
    Redirected,

    /// <summary>The receiver refused it (HTTP 4xx).</summary>
    Refused,

    /// <summary>The receiver failed (HTTP 5xx, or an answer that is none).</summary>
    Failed,

    /// <summary>We could not say it: a mistake of ours, which the log tells.</summary>
    Unsayable,
}
