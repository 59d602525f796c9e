using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;

namespace Quittance.Storage.Console;

/// <summary>Which payments a list shows. What is null does not matter.</summary>
public sealed record PaymentFilter
{
    /// <summary>Everything.</summary>
    public static PaymentFilter All { get; } = new();

    /// <summary>What was typed.</summary>
    public PaymentSought? Sought { get; init; }

    /// <summary>Where it stands.</summary>
    public PaymentStatus? Status { get; init; }

    /// <summary>How money of it went back.</summary>
    public WentBack? Back { get; init; }

    /// <summary>Why its provider did not do what it was asked for last, of those that were declined or failed.</summary>
    public DeclineReason? Reason { get; init; }

    /// <summary>How it was made.</summary>
    public PaymentMethod? Method { get; init; }

    /// <summary>The API through which it came.</summary>
    public string? Dialect { get; init; }

    /// <summary>Its currency's code.</summary>
    public string? Currency { get; init; }

    /// <summary>The first moment, UTC.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>The first moment after it, UTC.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The smallest amount, major units, with a point.</summary>
    public string? Least { get; init; }

    /// <summary>The largest amount, major units, with a point.</summary>
    public string? Most { get; init; }
}
