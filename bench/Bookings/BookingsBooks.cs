using Quittance.Bench.Books;
using Quittance.Bench.Servers;
using Quittance.Core.Providers;

namespace Quittance.Bench.Bookings;

/// <summary>Two railways with the very same trains: what is done there differs.</summary>
/// <param name="Booked">Its trains are booked, and that is all.</param>
/// <param name="Paid">Its bookings are paid for by card, at the sandbox.</param>
/// <param name="Held">The bookings that are paid for, each once.</param>
/// <param name="Account">The account at the sandbox.</param>
internal sealed record BookingsBooks(Railway Booked, Railway Paid, IReadOnlyList<HeldSeat> Held, ProviderAccount Account)
{
    public IReadOnlyList<BenchMerchant> All => [Booked.Merchant, Paid.Merchant];

    public static async Task<BookingsBooks> FillAsync(BenchDatabase database, int bookings, Uri sandbox, CancellationToken cancel)
    {
        Screen.Progress.Report($"Holding {bookings:N0} seats for each railway");
        var booked = await Railway.CreateAsync(database, "Bench: booked", cancel);
        var paid = await Railway.CreateAsync(database, "Bench: bookings, paid by card", cancel);
        await using var engine = database.StartEngine();
        await booked.HoldAsync(engine, bookings);
        var held = await paid.HoldAsync(engine, bookings);
        var account = await SandboxProcess.ConnectAsync(database, await database.OpenVaultAsync(cancel), paid.Merchant.Id, sandbox, cancel);
        await database.SettleAsync(cancel);
        return new BookingsBooks(booked, paid, held, account);
    }
}
