namespace Quittance.Providers;

/// <summary>How long a provider on the network is waited for.</summary>
public sealed record ProviderTimeouts
{
    /// <summary>The most time of any call, in any configuration: 20 seconds.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan ShortestTotal = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(500);

    private readonly TimeSpan _total = TimeSpan.FromSeconds(10);
    private readonly TimeSpan _pause = TimeSpan.FromSeconds(5);

    /// <summary>How long a verb may take, all its tries together: 10 seconds unless something else is set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below a tenth of a second, or above <see cref="Longest"/>.</exception>
    public TimeSpan Total
    {
        get => _total;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, ShortestTotal);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Longest);
            _total = value;
        }
    }

    /// <summary>
    /// How long a provider that has stopped answering is left alone before one request tries it again: 5 seconds unless something else is
    /// set.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Below half a second.</exception>
    public TimeSpan Pause
    {
        get => _pause;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, ShortestPause);
            _pause = value;
        }
    }
}
