using Quittance.Core.Books;
using Quittance.Host.Watching;
using Quittance.Storage.Mails;
using Quittance.Storage.Tenancy;

namespace Quittance.Host.Mails;

/// <summary>
/// Asks each hour for the mails that no event asks for: of cards that expire, and statements. Several servers may: each is asked for once.
/// </summary>
internal sealed class TimedMailService(
    ExpiringCards cards, MonthStatements statements, Merchants merchants, IHold hold, OutageService outages, TimeProvider clock,
    ILogger<TimedMailService> log)
    : RecurringService(
        TimeSpan.FromMinutes(1), TimeSpan.FromHours(1), "Not all customers got the mails of this month", outages, clock, log)
{
    protected override async Task WorkAsync(CancellationToken cancel)
    {
        if (hold.IsHeld)
            return;
        // Trouble of one merchant keeps no other one waiting.
        foreach (var merchant in await merchants.ReachedAsync(cancel))
        {
            await LogTroubleAsync(() => cards.AskAsync(merchant, cancel));
            await LogTroubleAsync(() => statements.AskAsync(merchant, cancel));
        }
    }
}
