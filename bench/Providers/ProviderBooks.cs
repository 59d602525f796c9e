using Quittance.Bench.Books;
using Quittance.Bench.Servers;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Providers;
using Quittance.Host;
using Quittance.Providers.Sandbox;

namespace Quittance.Bench.Providers;

/// <summary>Four merchants with the very same accounts: one is paid in cash, three with cards of the vault.</summary>
/// <param name="Cash">Is paid in cash.</param>
/// <param name="Memory">Its cards are charged by a provider that answers at once, in the server's memory.</param>
/// <param name="Limit">Its rows are written without a server.</param>
/// <param name="Sandbox">Its cards are charged by the sandbox.</param>
/// <param name="Vault">Holds the cards.</param>
/// <param name="Account">The account at the sandbox.</param>
internal sealed record ProviderBooks(
    BenchMerchant Cash, BenchMerchant Memory, BenchMerchant Limit, BenchMerchant Sandbox, IVault Vault, ProviderAccount Account)
{
    public IReadOnlyList<BenchMerchant> All => [Cash, Memory, Limit, Sandbox];

    public static async Task<ProviderBooks> FillAsync(BenchDatabase database, int accounts, Uri sandbox, CancellationToken cancel)
    {
        Screen.Progress.Report($"Opening {accounts:N0} accounts for each kind of payment, and registering their cards");
        var cashed = await BenchMerchant.CreateAsync(database.Merchants, "Bench: cash", Api.Tmf676, cancel);
        var memory = await BenchMerchant.CreateAsync(database.Merchants, "Bench: card, provider in memory", Api.Tmf676, cancel);
        var limit = await BenchMerchant.CreateAsync(database.Merchants, "Bench: card, limit", Api.Tmf676, cancel);
        var charged = await BenchMerchant.CreateAsync(database.Merchants, "Bench: card at the sandbox", Api.Tmf676, cancel);
        var vault = await database.OpenVaultAsync(cancel);
        await using (var engine = database.StartEngine())
        {
            var filling = new BenchAccounts(engine, TimeProvider.System);
            foreach (var merchant in (BenchMerchant[])[cashed, memory, limit, charged])
                await filling.OpenAsync(merchant.Id, accounts, BenchAccounts.Tmf);
            var cards = new BenchCards(engine, vault, TimeProvider.System);
            await cards.RegisterAsync(memory.Id, accounts, ClearingProvider.Cash);
            await cards.RegisterAsync(limit.Id, accounts, ClearingProvider.Cash);
            await cards.RegisterAsync(charged.Id, accounts, SandboxProvider.ProviderName);
        }

        var account = await SandboxProcess.ConnectAsync(database, vault, charged.Id, sandbox, cancel);
        await database.SettleAsync(cancel);
        return new ProviderBooks(cashed, memory, limit, charged, vault, account);
    }
}
