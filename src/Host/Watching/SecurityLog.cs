using System.Collections;
using System.Diagnostics.Metrics;
using Quittance.Console.Access;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Dialects.Http;

namespace Quittance.Host.Watching;

/// <summary>The events of the security log. The names in it and in the counter are those of <see cref="SecurityLog.NameOf"/>.</summary>
internal enum SecurityEvent
{
    /// <summary>A person signed in.</summary>
    SignedIn,

    /// <summary>A user or a password was wrong.</summary>
    SignInFailed,

    /// <summary>A try was not looked at: its address waits after too many, or too many wait.</summary>
    SignInLocked,

    /// <summary>The password was right, and a step is left.</summary>
    PasswordAccepted,

    /// <summary>A code of the second factor was wrong, used before, or of another minute.</summary>
    CodeFailed,

    /// <summary>A passkey proved nothing: it is another one's, was used for an older question, or its signatures do not go on.</summary>
    PasskeyFailed,

    /// <summary>A person used a recovery code.</summary>
    RecoveryCodeUsed,

    /// <summary>A person signed out.</summary>
    SignedOut,

    /// <summary>A person asked for a page that the role does not allow.</summary>
    RoleRefused,

    /// <summary>A credential was missing or wrong.</summary>
    CredentialRefused,

    /// <summary>A credential lacks the scope.</summary>
    ScopeRefused,

    /// <summary>A credential has sent too many requests.</summary>
    RequestsLimited,

    /// <summary>A provider's notice had no valid signature.</summary>
    NoticeRefused,

    /// <summary>Too many tries with a card, or for a booking, were declined.</summary>
    CardRefused,

    /// <summary>Too many cards of the merchant were declined: the server takes none that a customer enters.</summary>
    CardsRefused,

    /// <summary>A code or refresh token came a second time.</summary>
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

/// <summary>
/// The security log: one structured line for each event, with the client's address, its program and the request's trace id, and a counter
/// for alerts. It repeats no secret and nothing that a stranger typed. Many equal events of one address are one line with their number, so
/// that a flood of requests is no flood of lines; but each change of access, which needs a credential or an operator, has a line.
/// </summary>
internal sealed class SecurityLog(IHttpContextAccessor current, TimeProvider clock, ILoggerFactory logs) : IAccessWatch
{
    /// <summary>The category of its lines.</summary>
    public const string Category = "Quittance.Security";

    private const string Format =
        "{Kind} at {Where}, merchant {Merchant}, who {Who}, from {Address} ({Agent}), trace {Trace}, {Unwritten} more before";

    private const int LinesPerMinute = 20;
    private const int MostSources = 10_000;
    private static readonly EventId Event = new(1000, "SecurityEvent");
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static readonly Meter Meter = new(Telemetry.Name);

    private static readonly Counter<long> Events =
        Meter.CreateCounter<long>("quittance.security.events", "{event}", "Events of the security log by their names");

    private readonly ILogger _log = logs.CreateLogger(Category);
    private readonly Windows<(SecurityEvent, string), Written> _windows =
        new(MostSources, Minute, clock, former => new Written { Left = former?.Left ?? 0 });

    // Of addresses beyond them.
    private readonly Windows<SecurityEvent, Written> _rest =
        new(int.MaxValue, Minute, clock, former => new Written { Left = former?.Left ?? 0 });

    /// <summary>The name of an event in the log and in the counter.</summary>
    public static string NameOf(SecurityEvent happened) => happened switch
    {
        SecurityEvent.SignedIn => "sign-in.ok",
        SecurityEvent.SignInFailed => "sign-in.failed",
        SecurityEvent.SignInLocked => "sign-in.locked",
        SecurityEvent.PasswordAccepted => "sign-in.password",
        SecurityEvent.CodeFailed => "sign-in.code-failed",
        SecurityEvent.PasskeyFailed => "sign-in.passkey-failed",
        SecurityEvent.RecoveryCodeUsed => "sign-in.recovery-code",
        SecurityEvent.SignedOut => "sign-out",
        SecurityEvent.RoleRefused => "role.refused",
        SecurityEvent.CredentialRefused => "credential.refused",
        SecurityEvent.ScopeRefused => "scope.refused",
        SecurityEvent.RequestsLimited => "requests.limited",
        SecurityEvent.NoticeRefused => "notice.refused",
        SecurityEvent.CardRefused => "card.refused",
        SecurityEvent.CardsRefused => "cards.refused",
        SecurityEvent.TokenReused => "token.reused",
        SecurityEvent.CredentialCreated => "credential.created",
        SecurityEvent.CredentialRotated => "credential.rotated",
        SecurityEvent.CredentialEnded => "credential.ended",
        SecurityEvent.SubscriptionCreated => "subscription.created",
        SecurityEvent.SubscriptionEnded => "subscription.ended",
        SecurityEvent.VaultOpened => "vault.opened",
        SecurityEvent.ApprovalRefused => "approval.refused",
    };

    /// <inheritdoc/>
    public void Note(AccessNews news, MerchantId merchant, string? who, string subject) => Write(
        news switch
        {
            AccessNews.TokenReused => SecurityEvent.TokenReused,
            AccessNews.CredentialCreated => SecurityEvent.CredentialCreated,
            AccessNews.CredentialRotated => SecurityEvent.CredentialRotated,
            AccessNews.CredentialEnded => SecurityEvent.CredentialEnded,
            AccessNews.SubscriptionCreated => SecurityEvent.SubscriptionCreated,
            AccessNews.SubscriptionEnded => SecurityEvent.SubscriptionEnded,
            AccessNews.VaultOpened => SecurityEvent.VaultOpened,
            AccessNews.ApprovalRefused => SecurityEvent.ApprovalRefused,
        },
        merchant, who, subject);

    /// <summary>Writes an event of the request that is at work.</summary>
    /// <param name="merchant">With whom; null where it is not known.</param>
    /// <param name="who">The id of the person, or the number of the credential; null where it is not known.</param>
    /// <param name="where">The API, the part of the server, or the thing that it happened to.</param>
    /// <param name="request">The request; null for the one that is at work, where it has entered.</param>
    public void Write(SecurityEvent happened, MerchantId? merchant, string? who, string where, HttpContext? request = null)
    {
        var name = NameOf(happened);
        Events.Add(1, new KeyValuePair<string, object?>("event", name));
        var http = request ?? current.HttpContext;
        var address = http?.Connection.RemoteIpAddress?.ToString() ?? "";
        var changesAccess = happened is SecurityEvent.CredentialCreated or SecurityEvent.CredentialRotated
            or SecurityEvent.CredentialEnded or SecurityEvent.SubscriptionCreated or SecurityEvent.SubscriptionEnded;
        // A thief must not hide one webhook behind twenty others, nor one stolen token behind another one's repeats.
        var source = happened is SecurityEvent.TokenReused or SecurityEvent.ApprovalRefused ? $"{address} {where}" : address;
        var unwritten = changesAccess ? 0 : LinesOf(happened, source);
        if (unwritten is not { } before)
            return;
        var isUsual = changesAccess || happened is SecurityEvent.SignedIn or SecurityEvent.PasswordAccepted or SecurityEvent.SignedOut
            or SecurityEvent.VaultOpened;
        var level = isUsual ? LogLevel.Information : LogLevel.Warning;
        var (agent, trace) = (ClientProgram.Of(http), http is null ? "" : RequestTrace.Of(http).ToString("N"));
        var line = new Line(
            [
                new("Kind", name), new("Where", where), new("Merchant", merchant?.Value), new("Who", who), new("Address", address),
                new("Agent", agent), new("Trace", trace), new("Unwritten", before), new("{OriginalFormat}", Format),
            ],
            string.Join(", ", ((string[])
            [
                merchant is { } known ? $"merchant {known.Value}" : "", who is null ? "" : $"who {who}",
                address.Length == 0 ? "" : agent.Length == 0 ? $"from {address}" : $"from {address} ({agent})",
                trace.Length == 0 ? "" : $"trace {trace}", before == 0 ? "" : $"{before} more before",
            ]).Where(part => part.Length > 0).Prepend($"{name} at {where}")));
        _log.Log(level, Event, line, null, static (line, _) => line.ToString());
    }

    /// <summary>How many equal events had no line since the last one; null where this one has none either.</summary>
    private int? LinesOf(SecurityEvent happened, string source)
    {
        var (written, _) = _windows.Of((happened, source)) ?? _rest.Of(happened)!.Value;
        lock (written)
        {
            if (written.Lines == LinesPerMinute)
            {
                written.Left++;
                return null;
            }

            written.Lines++;
            var before = written.Left;
            written.Left = 0;
            return before;
        }
    }

    private sealed class Written
    {
        public int Lines { get; set; }

        /// <summary>How many events had no line since the last one.</summary>
        public int Left { get; set; }
    }

    /// <summary>A line: its values, as programs read them, and a text for people, which leaves out what is not known.</summary>
    private sealed class Line(IReadOnlyList<KeyValuePair<string, object?>> values, string text)
        : IReadOnlyList<KeyValuePair<string, object?>>
    {
        public int Count => values.Count;

        public KeyValuePair<string, object?> this[int index] => values[index];

        public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => values.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        public override string ToString() => text;
    }
}
