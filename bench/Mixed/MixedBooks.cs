using Quittance.Bench.Bookings;
using Quittance.Bench.Books;
using Quittance.Bench.Servers;
using Quittance.Bench.Sessions;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Host;

namespace Quittance.Bench.Mixed;

/// <summary>A merchant for each API, all on one server.</summary>
/// <param name="Telco">Speaks TMF676.</param>
/// <param name="Carrier">Speaks Oracle BRM's flavour of it.</param>
/// <param name="Printer">Speaks Midnight.</param>
/// <param name="Studio">Speaks Sport Alliance.</param>
/// <param name="Railway">Speaks Train Travel.</param>
/// <param name="Held">The bookings that are paid for, each once.</param>
/// <param name="Account">The railway's account at the sandbox.</param>
internal sealed record MixedBooks(
    BenchMerchant Telco, BenchMerchant Carrier, BenchMerchant Printer, Studio Studio, Railway Railway, IReadOnlyList<HeldSeat> Held,
    ProviderAccount Account)
{
    public IReadOnlyList<BenchMerchant> All => [Telco, Carrier, Printer, Studio.Merchant, Railway.Merchant];

    public static async Task<MixedBooks> FillAsync(
        BenchDatabase database, int accounts, int bookings, Uri sandbox, CancellationToken cancel)
    {
        Screen.Progress.Report($"Opening {accounts:N0} accounts for each API, and holding {bookings:N0} seats");
        var telco = await BenchMerchant.CreateAsync(database.Merchants, "Bench: TMF676", Api.Tmf676, cancel);
        var carrier = await BenchMerchant.CreateAsync(database.Merchants, "Bench: Oracle BRM", Api.OracleBrm, cancel);
        var printer = await BenchMerchant.CreateAsync(database.Merchants, "Bench: Midnight", Api.Midnight, cancel);
        var studio = await Studio.CreateAsync(database.Merchants, "Bench: Sport Alliance", cancel);
        var railway = await Railway.CreateAsync(database, "Bench: Train Travel", cancel);
        await using var engine = database.StartEngine();
        var filling = new BenchAccounts(engine, TimeProvider.System);
        await filling.OpenAsync(telco.Id, accounts, BenchAccounts.Tmf);
        await filling.OpenAsync(carrier.Id, accounts, BenchAccounts.OracleBrm);
        await filling.OpenAsync(printer.Id, accounts, BenchAccounts.Midnight, Part.Escrow(null, 1));
        await filling.OpenAsync(studio.Merchant.Id, accounts, BenchAccounts.Member);
        var held = await railway.HoldAsync(engine, bookings);
        var account =
            await SandboxProcess.ConnectAsync(database, await database.OpenVaultAsync(cancel), railway.Merchant.Id, sandbox, cancel);
        await database.SettleAsync(cancel);
        return new MixedBooks(telco, carrier, printer, studio, railway, held, account);
    }
}
