using Quittance.Bench.Books;
using Quittance.Host;

namespace Quittance.Bench.Payments;

/// <summary>Three merchants with the very same accounts, one for each rival.</summary>
internal sealed record PaymentsBooks(BenchMerchant Quittance, BenchMerchant Limit, BenchMerchant Plain)
{
    public IReadOnlyList<BenchMerchant> All => [Quittance, Limit, Plain];

    public static async Task<PaymentsBooks> FillAsync(BenchDatabase database, int accounts, CancellationToken cancel)
    {
        Screen.Progress.Report($"Opening {accounts:N0} accounts for each rival");
        var quittance = await BenchMerchant.CreateAsync(database.Merchants, "Bench: Quittance", Api.Tmf676, cancel);
        var limit = await BenchMerchant.CreateAsync(database.Merchants, "Bench: limit", Api.Tmf676, cancel);
        var plain = await BenchMerchant.CreateAsync(database.Merchants, "Bench: plain", Api.Tmf676, cancel);
        await using (var engine = database.StartEngine())
        {
            var filling = new BenchAccounts(engine, TimeProvider.System);
            foreach (var merchant in (BenchMerchant[])[quittance, limit, plain])
                await filling.OpenAsync(merchant.Id, accounts, BenchAccounts.Tmf);
        }

        await database.SettleAsync(cancel);
        return new PaymentsBooks(quittance, limit, plain);
    }
}
