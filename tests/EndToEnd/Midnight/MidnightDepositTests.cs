using System.Globalization;
using Quittance.Core;
using Quittance.Core.Refunds;
using Quittance.Tests.Engine;
using Quittance.Tests.Running;

namespace Quittance.Tests.Midnight;

/// <summary>A deposit is paid as long as its money is there, or was spent on the order.</summary>
public sealed class MidnightDepositTests(BooksFixture books)
{
    [Fact]
    public async Task Deposit_ThatIsGivenBack_IsAskedForAgain()
    {
        var shop = await MidnightShop.OpenAsync(books);
        var customer = await shop.CustomerAsync();
        var order = await shop.OrderAsync(customer, services: 100_00, postage: 0, earmarked: 25_00);
        Assert.Equal(["stored"], await shop.InsertAsync(Deposit(customer, order)));
        Assert.Equal((100_00, 0, 0), await shop.DueAsync(order));

        await RefundAsync(customer, 10_00);
        Assert.Equal((100_00, 0, 10_00), await shop.DueAsync(order));
        await RefundAsync(customer, 15_00);
        Assert.Equal((100_00, 0, 25_00), await shop.DueAsync(order));

        Assert.Equal(["stored"], await shop.InsertAsync(Deposit(customer, order)));
        Assert.Equal((100_00, 0, 0), await shop.DueAsync(order));
        await books.AssertBooksAreCleanAsync();
    }

    private static string Deposit(long customer, long order) =>
        $$"""[{"CustomerId":{{customer}},"AmountBilled":25.00,"CustomerPaymentDetailList":"""
            + $$"""[{"OrderId":{{order}},"PaymentLabel":"Earmarked","AmountBilled":25.00}]}]""";

    private async Task RefundAsync(long customer, long amountMinor)
    {
        await using var command = books.Database.CreateCommand(
            """
            SELECT p.merchant_id, p.id, a.id, a.slot FROM reference r JOIN account a ON a.merchant_id = r.merchant_id AND a.id = r.object_id
              JOIN payment p ON p.merchant_id = a.merchant_id AND p.account_id = a.id
             WHERE r.dialect = 'midnight' AND r.kind = 'customer' AND r.value = $1 ORDER BY p.id LIMIT 1
            """);
        command.Parameters.AddWithValue(customer.ToString(CultureInfo.InvariantCulture));
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        Assert.True(await reader.ReadAsync(TestContext.Current.CancellationToken));
        var merchant = new MerchantId(reader.GetInt64(0));
        var outcome = await books.Engine.SubmitAsync(new RefundPayment(
            new Origin(merchant, 0, Business.NewId()), AccountTarget.Of(new AccountId(merchant, reader.GetGuid(2)), reader.GetInt16(3)),
            new PaymentId(merchant, reader.GetGuid(1)), new RefundId(merchant, Business.NewId()), "test")
        {
            Amount = new Money(amountMinor, Currency.Parse("USD")),
        });
        Assert.True(outcome.Accepted, string.Join(", ", outcome.Faults));
    }
}
