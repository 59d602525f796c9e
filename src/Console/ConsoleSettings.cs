using Quittance.Console.Access;
using Quittance.Storage.Tenancy;

namespace Quittance.Console;

/// <summary>The server around the console.</summary>
/// <param name="PublicAddress">The address under which browsers reach it: scheme, host and port, without a slash at the end.</param>
/// <param name="IsDemo">Whether it shows sample data.</param>
public sealed record ConsoleSettings(string PublicAddress, bool IsDemo)
{
    /// <summary>The APIs of this server.</summary>
    public IReadOnlyList<OfferedApi> Apis { get; init; } = [];

    /// <summary>Whether this server sends mail to customers.</summary>
    public bool SendsMail { get; init; }

    /// <summary>The identity provider by which people may sign in; null for none.</summary>
    public SingleSignOnSettings? SingleSignOn { get; init; }

    /// <summary>Reads the address of a receiver of webhooks; or says what is expected of one.</summary>
    public Func<string, (Uri? Address, string? Expected)> ReceiverIn { get; init; } = _ => (null, "an address that this server knows");

    /// <summary>How long an unused session lasts.</summary>
    public TimeSpan Idle { get; init; } = ConsoleSessions.UsualPause;

    /// <summary>Whether browsers reach it by TLS alone.</summary>
    public bool IsSecure => PublicAddress.StartsWith("https:", StringComparison.OrdinalIgnoreCase);
}
