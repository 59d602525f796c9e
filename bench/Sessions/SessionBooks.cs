using Quittance.Bench.Books;
using Quittance.Bench.Servers;
using Quittance.Core.Providers;

namespace Quittance.Bench.Sessions;

/// <summary>Three studios with the very same customers: what is done in their sessions differs.</summary>
/// <param name="Opened">Its sessions are opened, and that is all.</param>
/// <param name="Cash">Its customers say that they pay at the counter.</param>
/// <param name="Card">Its customers pay by card, at the sandbox.</param>
/// <param name="Account">The account at the sandbox.</param>
internal sealed record SessionBooks(Studio Opened, Studio Cash, Studio Card, ProviderAccount Account)
{
    public IReadOnlyList<BenchMerchant> All => [Opened.Merchant, Cash.Merchant, Card.Merchant];

    public static async Task<SessionBooks> FillAsync(BenchDatabase database, int accounts, Uri sandbox, CancellationToken cancel)
    {
        Screen.Progress.Report($"Opening {accounts:N0} accounts for each studio");
        var opened = await Studio.CreateAsync(database.Merchants, "Bench: sessions opened", cancel);
        var cash = await Studio.CreateAsync(database.Merchants, "Bench: sessions, paid in cash", cancel);
        var card = await Studio.CreateAsync(database.Merchants, "Bench: sessions, paid by card", cancel);
        await using (var engine = database.StartEngine())
        {
            var filling = new BenchAccounts(engine, TimeProvider.System);
            foreach (var studio in (Studio[])[opened, cash, card])
                await filling.OpenAsync(studio.Merchant.Id, accounts, BenchAccounts.Member);
        }

        var account = await SandboxProcess.ConnectAsync(database, await database.OpenVaultAsync(cancel), card.Merchant.Id, sandbox, cancel);
        await database.SettleAsync(cancel);
        return new SessionBooks(opened, cash, card, account);
    }
}
