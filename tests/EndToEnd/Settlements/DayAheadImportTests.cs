using Quittance.Core;
using Quittance.Core.Settlements;
using Quittance.Tests.Running;

namespace Quittance.Tests.Settlements;

/// <summary>A day whose year is mistyped books nothing, of any line of its file.</summary>
public sealed class DayAheadImportTests(BooksFixture books)
{
    [Fact]
    public async Task FileWithADayFarAhead_IsRefused_AndNothingIsBooked()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("anna", "INV-2027-1", 12_00));
        var file = "date,amount,description\n2027-11-03,5.00,thanks\n2099-11-03,12.00,INV-2027-1\n";
        var outcome = await shop.TryImportAsync(file, new ReadingOptions { Account = Camt.Iban, Currency = Currency.Parse("EUR") });

        Assert.Equal("line 3, date: 2099-11-03 lies more than two years ahead: no bank has booked it", $"{Assert.Single(outcome.Faults)}");
        Assert.Empty(outcome.Reports);
        Assert.Equal(0L, await shop.ScalarAsync("SELECT count(*) FROM statement"));
        Assert.Equal(1L, await shop.ScalarAsync("SELECT count(*) FROM charge WHERE is_open"));
    }
}
