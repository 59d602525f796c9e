using System.Globalization;
using Quittance.Bench.Books;
using Quittance.Bench.Console;
using Quittance.Bench.Lists;
using Quittance.Host;

namespace Quittance.Bench.Neighbours;

/// <summary>Books of some merchants with as many accounts each, and of one more whose lists are read.</summary>
/// <param name="Database">Where they are.</param>
/// <param name="Paid">Those who are paid.</param>
/// <param name="Accounts">How many accounts each of them has.</param>
/// <param name="Reader">The one whose lists are read: its books are the same beside any number of others.</param>
/// <param name="Token">The session of the reader's admin at the console.</param>
internal sealed record MerchantsBooks(
    BenchDatabase Database, IReadOnlyList<BenchMerchant> Paid, int Accounts, ListBooks Reader, string Token)
{
    private const int ReadPayments = 10_000;
    private const int AtOnce = 16;

    /// <summary>Creates the merchants and opens their accounts, each by a first payment.</summary>
    public static async Task<MerchantsBooks> FillAsync(BenchDatabase database, int merchants, int accounts, CancellationToken cancel)
    {
        // The first of many, as a merchant who came early.
        var reader = await ListBooks.FillAsync(database, ReadPayments, ListBooks.Interval, cancel);
        Screen.Progress.Report(string.Create(CultureInfo.InvariantCulture, $"Creating {merchants:N0} merchants of {accounts:N0} accounts"));
        var paid = new BenchMerchant[merchants];
        var vault = await database.OpenVaultAsync(cancel);
        await using (var engine = database.StartEngine())
        {
            var filling = new BenchAccounts(engine, TimeProvider.System);
            await Parallel.ForEachAsync(
                Enumerable.Range(0, merchants), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel },
                async (place, stop) =>
                {
                    paid[place] = await BenchMerchant.CreateAsync(database.Merchants, $"Bench: merchant {place + 1}", Api.Tmf676, stop);
                    await filling.OpenAsync(paid[place].Id, accounts, BenchAccounts.Tmf);
                    // Its first request makes its data key, once for ever.
                    await vault.DeriveKeyAsync(paid[place].Id, "bench"u8.ToArray(), stop);
                });
        }

        await database.SettleAsync(cancel);
        var token = await ConsoleBooks.SignInAsync(database, reader.Merchant.Id, cancel);
        return new MerchantsBooks(database, paid, accounts, reader, token);
    }

    /// <summary>Proves all books.</summary>
    // The reader's payments are copied in, so no block seals them.
    public Task VerifyAsync(CancellationToken cancel) => Database.VerifyAsync([.. Paid], cancel, Reader.Merchant);
}
