using Quittance.BackOffice.BankCollections;
using Quittance.Core;
using Quittance.Core.Books;
using Quittance.Host.Watching;

namespace Quittance.Host.Debits;

/// <summary>
/// Ends debits that wait for a file and may not be collected any more, so that their bills can be paid in another way. Any number of
/// servers may do so at once: the engine lets one of them.
/// </summary>
internal sealed class EndedDebitService(
    CollectionDesk collections, IHold hold, OutageService outages, Topology topology, TimeProvider clock, ILogger<EndedDebitService> log)
    : RecurringService(
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(1) * topology.LookFactor, "Debits that may not be collected were not ended", outages,
        clock, log)
{
    protected override async Task WorkAsync(CancellationToken cancel)
    {
        foreach (var merchant in hold.IsHeld ? [] : await collections.WaitingMerchantsAsync(cancel))
        {
            await LogTroubleAsync(() => collections.EndWaitingAsync(
                merchant, new Origin(merchant, Credential: 0, Guid.CreateVersion7(Clock.GetUtcNow())), cancel));
        }
    }
}
