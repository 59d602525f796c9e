using Quittance.Core.Settlements;

namespace Quittance.Core.Providers;

/// <summary>A provider whose payout reports the server fetches.</summary>
public interface IPayoutReports : IProvider
{
    /// <summary>
    /// The provider's names of the payouts that were made since a time and have arrived at the bank. Null where the provider gives no clear
    /// answer.
    /// </summary>
    Task<IReadOnlyList<string>?> ListPayoutsAsync(DateTimeOffset since, CancellationToken cancel);

    /// <summary>Reads what a payout is made of; changes nothing.</summary>
    /// <param name="payout">The provider's name of the payout.</param>
    /// <returns>The report, null where the payout has no payment of ours; and whether that is clear.</returns>
    Task<(ReadStatement? Report, bool IsKnown)> FindPayoutAsync(string payout, CancellationToken cancel);
}
