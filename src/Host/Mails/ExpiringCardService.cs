using Quittance.Core.Books;
using Quittance.Host.Watching;
using Quittance.Storage.Mails;
using Quittance.Storage.Tenancy;

namespace Quittance.Host.Mails;

/// <summary>Asks each hour for the mails about cards that expire. Several servers may: a card has one.</summary>
internal sealed class ExpiringCardService(
    ExpiringCards cards, Merchants merchants, IHold hold, OutageService outages, TimeProvider clock, ILogger<ExpiringCardService> log)
    : RecurringService(
        TimeSpan.FromMinutes(1), TimeSpan.FromHours(1), "Not all customers were told of cards that expire", outages, clock, log)
{
    protected override async Task WorkAsync(CancellationToken cancel)
    {
        if (hold.IsHeld)
            return;
        // Trouble of one merchant keeps no other one waiting.
        foreach (var merchant in await merchants.ReachedAsync(cancel))
            await LogTroubleAsync(() => cards.AskAsync(merchant, cancel));
    }
}
