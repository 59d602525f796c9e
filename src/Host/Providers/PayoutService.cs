using Quittance.BackOffice.BankStatements;
using Quittance.Core;
using Quittance.Core.Books;
using Quittance.Core.Providers;
using Quittance.Host.Watching;
using Quittance.Storage.Settlements;
using Quittance.Storage.Tenancy;

namespace Quittance.Host.Providers;

/// <summary>
/// Fetches the payout reports of providers that have them, once an hour, and imports each once: then the bank's line of a payout is
/// certain, and its fees are booked. A second server that imports the same report changes nothing.
/// </summary>
internal sealed partial class PayoutService(
    Reconciliation providers, SettlementDesk desk, Statements statements, Merchants merchants, IHold hold, OutageService outages,
    TimeProvider clock, ILogger<PayoutService> log)
    : RecurringService(
        TimeSpan.FromMinutes(2), TimeSpan.FromHours(1), "The payout reports of providers were not fetched", outages, clock, log)
{
    // Far longer than a payout may be kept from us by an outage of either side.
    private static readonly TimeSpan LooksBack = TimeSpan.FromDays(30);

    /// <summary>Imports what is new.</summary>
    protected override async Task WorkAsync(CancellationToken cancel)
    {
        foreach (var merchant in await merchants.ReachedAsync(cancel))
        {
            await LogTroubleAsync(async () =>
            {
                foreach (var provider in (await providers.ProvidersOfAsync(merchant, cancel)).OfType<IPayoutReports>())
                    await LogTroubleAsync(() => FetchAsync(merchant, provider, cancel));
            });
        }
    }

    /// <summary>Imports the new reports of one account. Returns how many.</summary>
    internal async Task<int> FetchAsync(MerchantId merchant, IPayoutReports provider, CancellationToken cancel)
    {
        if (hold.IsHeld || await provider.ListPayoutsAsync(Clock.GetUtcNow() - LooksBack, cancel) is not { Count: > 0 } payouts)
            return 0;
        var imported = 0;
        var known = await statements.PayoutsAsync(merchant, provider.Name, payouts, cancel);
        // The oldest first, as they came to the bank.
        foreach (var payout in payouts.Reverse().Where(payout => !known.Contains(payout)))
        {
            if (await provider.FindPayoutAsync(payout, cancel) is not { Report: { } report })
                continue;
            var origin = new Origin(merchant, Credential: 0, Guid.CreateVersion7(Clock.GetUtcNow()));
            var outcome = await desk.ImportAsync(report, origin, cancel);
            if (outcome.Faults.Count > 0)
                LogRefused(Log, payout, provider.Name, merchant.Value, $"{outcome.Faults[0]}");
            else
                imported++;
        }

        return imported;
    }

    [LoggerMessage(LogLevel.Error, "The report of payout {Payout} of {Provider} for merchant {Merchant} was not imported: {Reason}")]
    private static partial void LogRefused(ILogger log, string payout, string provider, long merchant, string reason);
}
