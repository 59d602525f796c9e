using System.Net;
using Quittance.Console.Access;
using Quittance.Core.Attempts;
using Quittance.Core.Books;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Dialects.AccountPage;
using Quittance.Dialects.Http;
using Quittance.Dialects.Midnight;
using Quittance.Dialects.PaymentPage;
using Quittance.Host.Access;
using Quittance.Host.Mails;
using Quittance.Host.Web;
using Quittance.Host.Webhooks;
using Quittance.Providers;
using Quittance.Storage.Tenancy;
using Quittance.Storage.Vault;

namespace Quittance.Host;

/// <summary>How a server listens and how it names itself.</summary>
/// <param name="Address">The address it binds to.</param>
/// <param name="Port">The port it binds to.</param>
/// <param name="PublicAddress">The address under which clients reach it.</param>
/// <param name="IsDemo">Whether it takes the demo's short cuts: well-known credentials, and the paths of the APIs' own samples.</param>
public sealed record ServerSettings(IPAddress Address, int Port, PublicAddress PublicAddress, bool IsDemo)
{
    /// <summary>How long payment providers are waited for.</summary>
    public ProviderTimeouts ProviderTimeouts { get; init; } = new();

    /// <summary>When payment providers are asked again.</summary>
    public AttemptSchedule Attempts { get; init; } = new();

    /// <summary>The database of the books.</summary>
    public Topology Topology { get; init; } = Topology.Single;

    /// <summary>How long a payment session lasts (Sport Alliance 5.5).</summary>
    public TimeSpan SessionLifetime { get; init; } = TimeSpan.FromMinutes(60);

    /// <summary>The largest body of a call that stores many payments, bytes (Midnight 5, limits).</summary>
    public long BatchBodyLimit { get; init; } = MidnightRoutes.DefaultBodyLimit;

    /// <summary>The memory for long bodies of all requests together, bytes; at least <see cref="BatchBodyLimit"/>.</summary>
    public long BodyMemory { get; init; } = SharedLimits.DefaultBodyMemory;

    /// <summary>How many requests one credential may send to a dialect within a minute.</summary>
    public int RequestLimit { get; init; } = SharedLimits.DefaultRequests;

    /// <summary>How many requests read at once.</summary>
    public int ReadPlaces { get; init; } = ReadBudget.UsualPlaces;

    /// <summary>How long a request waits for a place to read; null for the usual time.</summary>
    public TimeSpan? ReadPatience { get; init; }

    /// <summary>How many passwords and codes one address may try within a minute.</summary>
    public int SignInLimit { get; init; } = SignIns.UsualLimit;

    /// <summary>How many wrong proofs of payment links it takes from one address within a minute.</summary>
    public int LinkProofLimit { get; init; } = PaymentPageRoutes.UsualProofLimit;

    /// <summary>How many links to their own pages one address may ask for within a minute.</summary>
    public int AccountAskLimit { get; init; } = AccountPageRoutes.UsualAskLimit;

    /// <summary>How long an unused session of the console lasts.</summary>
    public TimeSpan ConsoleIdle { get; init; } = ConsoleSessions.UsualPause;

    /// <summary>How long an act above the limit waits for a second person.</summary>
    public TimeSpan ApprovalLifetime { get; init; } = new EngineOptions().ApprovalLifetime;

    /// <summary>How many declined tries with cards it takes.</summary>
    public CardTryLimits CardTries { get; init; } = new();

    /// <summary>The proxies in front of it whose <see cref="ProxyHeader"/> it believes; none, and it believes no such header.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>Whether it takes requests from its proxies and from this machine alone, since it speaks no TLS itself.</summary>
    public bool RefusesStrangers { get; init; }

    /// <summary>The header that the proxies set. Another one comes from the client as it is, so it says nothing.</summary>
    public string ProxyHeader { get; init; } = ForwardedClient.XForwardedFor;

    /// <summary>Its own certificate; null where a proxy speaks TLS in front of it, or none is needed.</summary>
    public TlsCertificate? Certificate { get; init; }

    /// <summary>The issuer whose tokens the server takes in place of its own; null for its own.</summary>
    public IssuerSettings? Issuer { get; init; }

    /// <summary>The identity provider by which people sign in at the console; null for none.</summary>
    public SingleSignOnSettings? SingleSignOn { get; init; }

    /// <summary>The file to which the seals of the books are appended; null for none.</summary>
    public string? SealFile { get; init; }

    /// <summary>How long the vault keeps the numbers of instruments that are not used.</summary>
    public RetentionSettings Retention { get; init; } = new(TimeSpan.FromDays(RetentionSettings.DefaultDays));

    /// <summary>How events are sent to subscribers.</summary>
    public WebhookSettings Webhooks { get; init; } = new();

    /// <summary>The mail server that takes the mails to customers; null where none are sent.</summary>
    public MailSettings? Mail { get; init; }
}
