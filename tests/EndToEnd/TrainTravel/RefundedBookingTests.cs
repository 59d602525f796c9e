using Quittance.Core.Access;
using Quittance.Tests.Console;
using Quittance.Tests.Running;

namespace Quittance.Tests.TrainTravel;

/// <summary>The API has no cancelled bookings: operators see what a refund leaves behind.</summary>
public sealed class RefundedBookingTests(BooksFixture books)
{
    [Fact]
    public async Task Booking_WhosePaymentIsRefunded_StaysSold_AndOperatorsSeeIt()
    {
        var traveller = await Traveller.OpenAsync(books);
        var booking = await traveller.BookAsync();
        var paid = await traveller.PayAsync(booking, Traveller.Card());
        var number = (long)(
            await books.ScalarAsync("SELECT number FROM payment WHERE id = $1", Guid.Parse(paid.Headers["Quittance-Payment"])))!;
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator, books.DemoCompany);
        var path = $"/console/payments/{number}";
        Assert.DoesNotContain("seat sold", await desk.PageAsync(path), StringComparison.Ordinal);
        Assert.Contains($"{booking}", await desk.PageAsync($"{path}/refund"), StringComparison.Ordinal);

        await (await SeenForm.OpenAsync(desk, $"{path}/refund")).SendAsync(("Reason", "The train did not run"), ("Amount", "61.90"));

        Assert.Contains("stays confirmed with its seat sold", await desk.PageAsync(path), StringComparison.Ordinal);
        Assert.Equal("confirmed", await traveller.StatusAsync(booking));
        await books.AssertBooksAreCleanAsync();
    }
}
