using Quittance.BackOffice.BankCollections;
using Quittance.Core;
using Quittance.Core.Books;
using Quittance.Core.Debits;
using Quittance.Host.Watching;
using Quittance.Storage.Tenancy;

namespace Quittance.Host.Debits;

/// <summary>
/// Looks into the folders of bank accounts: puts the files of released collections there, and takes the bank's files. Of several servers
/// one does it at a time.
/// </summary>
internal sealed partial class FolderService(
    BankFolder folder, CollectionDesk collections, Merchants merchants, IHold hold, OutageService outages, TimeProvider clock,
    ILogger<FolderService> log)
    : RecurringService(
        TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10), "The folders of bank accounts were not looked into", outages, clock, log)
{
    // A trouble that stays the same is logged once.
    private readonly Dictionary<(MerchantId Merchant, string File), string> _troubles = [];

    protected override async Task WorkAsync(CancellationToken cancel)
    {
        foreach (var merchant in await merchants.ReachedAsync(cancel))
        {
            if (hold.IsHeld)
                return;
            await LogTroubleAsync(async () =>
            {
                if (await collections.AccountAsync(merchant, cancel) is { Folder: { } path } account)
                    await LookAsync(merchant, account, path, cancel);
            });
        }
    }

    /// <summary>Looks into the folder of a merchant, and logs what is new.</summary>
    internal async Task LookAsync(MerchantId merchant, BankAccount account, string path, CancellationToken cancel)
    {
        var news = await folder.LookAsync(merchant, account, path, cancel);
        var troubles = news.Where(one => one.IsTrouble).ToList();
        foreach (var known in _troubles.Keys.Where(known => known.Merchant == merchant).ToList())
        {
            if (troubles.All(one => one.File != known.File))
                _troubles.Remove(known);
        }

        foreach (var one in news.Where(one => !one.IsTrouble))
            LogDone(Log, merchant.Value, one.File, one.Text);
        foreach (var one in troubles.Where(one => _troubles.GetValueOrDefault((merchant, one.File)) != one.Text))
        {
            _troubles[(merchant, one.File)] = one.Text;
            LogTrouble(Log, one.Bug, merchant.Value, one.File, one.Text);
        }
    }

    [LoggerMessage(LogLevel.Information, "Merchant {Merchant}: {File}: {Text}")]
    private static partial void LogDone(ILogger log, long merchant, string file, string text);

    [LoggerMessage(LogLevel.Warning, "Merchant {Merchant}: {File}: {Text}")]
    private static partial void LogTrouble(ILogger log, Exception? bug, long merchant, string file, string text);
}
