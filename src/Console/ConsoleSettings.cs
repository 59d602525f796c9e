using Quittance.Console.Access;
using Quittance.Core.Payments;

namespace Quittance.Console;

/// <summary>What the console must know of the server around it.</summary>
/// <param name="PublicAddress">The address under which browsers reach it: scheme, host and port, without a slash at the end.</param>
/// <param name="IsDemo">Whether it shows sample data, and says so.</param>
public sealed record ConsoleSettings(string PublicAddress, bool IsDemo)
{
    /// <summary>The APIs of this server.</summary>
    public IReadOnlyList<OfferedApi> Apis { get; init; } = [];

    /// <summary>What a payment that was only recorded is for, as its own API said.</summary>
    public required Func<PaymentView, IReadOnlyList<Part>> PartsOf { get; init; }

    /// <summary>Whether browsers reach it by TLS alone.</summary>
    public bool IsSecure => PublicAddress.StartsWith("https:", StringComparison.OrdinalIgnoreCase);
}
