namespace Quittance.Providers;

/// <summary>How long a provider on the network is waited for.</summary>
public sealed record ProviderTimeouts
{
    /// <summary>No verb may take longer than this, whatever is configured: 20 seconds.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    private readonly TimeSpan _total = TimeSpan.FromSeconds(10);

    /// <summary>How long a verb may take, all its tries together: 10 seconds unless something else is set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not above zero, or above <see cref="Longest"/>.</exception>
    public TimeSpan Total
    {
        get => _total;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Longest);
            _total = value;
        }
    }

    /// <summary>How long a provider that has stopped answering is left alone before one request tries it again; at least half a second.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(5);
}
