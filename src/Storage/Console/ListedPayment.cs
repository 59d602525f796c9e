using Quittance.Core;
using Quittance.Core.Instruments;

namespace Quittance.Storage.Console;

/// <summary>A payment as a list shows it.</summary>
/// <param name="Id">Its id, by which lists are ordered.</param>
/// <param name="Number">Its human number.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Amount">The whole payment; null for a bare record.</param>
/// <param name="Method">How it was made.</param>
/// <param name="Dialect">The API through which it came.</param>
/// <param name="Account">Who paid.</param>
/// <param name="AccountNumber">The human number of who paid.</param>
/// <param name="Name">The name of who paid, where it is known.</param>
/// <param name="At">When it was taken on, UTC.</param>
public sealed record ListedPayment(
    Guid Id, long Number, PaymentStatus Status, Money? Amount, PaymentMethod Method, string Dialect, Guid Account, long AccountNumber,
    string? Name, DateTimeOffset At)
{
    /// <summary>What of it settles no charge, minor units.</summary>
    public required long UnallocatedMinor { get; init; }

    /// <summary>What of it went back by our decision, minor units.</summary>
    public required long RefundedMinor { get; init; }

    /// <summary>What of it went back against our will, minor units.</summary>
    public required long ReversedMinor { get; init; }
}
