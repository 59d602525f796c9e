using Quittance.Core;
using Quittance.Core.Settlements;
using Quittance.Tests.Running;

namespace Quittance.Tests.Settlements;

/// <summary>The customer or charge that an operator means by a name that several have.</summary>
public sealed class NamedByOperatorTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Number_OfACustomer_IsNotTheNameThatAnotherCustomerHas()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("K-4711", "INV-2027-1", 30_00));
        var number = $"{await shop.ScalarAsync("SELECT number FROM account")}";
        await shop.OweAsync((number, "INV-2027-2", 30_00));

        Assert.Null(await BookAsync(shop, SettlementChoice.Customer, number));

        Assert.Equal("INV-2027-2", await shop.ScalarAsync("SELECT reference FROM charge WHERE is_open"));
    }

    [Fact]
    public async Task Number_OfACharge_IsNotTheNameThatAnotherChargeHas()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("anna", "INV-2027-1", 30_00));
        var number = $"{await shop.ScalarAsync("SELECT number FROM charge")}";
        await shop.OweAsync(("jonas", number, 30_00));

        Assert.Null(await BookAsync(shop, SettlementChoice.Charge, number));

        Assert.Equal(number, await shop.ScalarAsync("SELECT reference FROM charge WHERE is_open"));
    }

    [Fact]
    public async Task Name_ThatSeveralHave_IsNobodys_UntilOneIsSaidByItsNumber()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("K-4711", "INV-2027-1", 30_00));
        var name = new Reference(shop.Merchant, "other", "account", "K-4711");
        var other = shop.Business.Opening("other") with { Account = AccountTarget.Named(name), Names = [name] };
        Assert.True((await shop.Engine.SubmitAsync(other)).Accepted);
        var numbers = $"{await shop.ScalarAsync("SELECT string_agg(number::text, ' or ' ORDER BY number) FROM account")}".Split(" or ");

        var problem = await BookAsync(shop, SettlementChoice.Customer, "K-4711");

        Assert.StartsWith("several customers are called K-4711: say the number of one, ", problem, StringComparison.Ordinal);
        Assert.All(numbers, number => Assert.Contains(number, problem, StringComparison.Ordinal));
        Assert.DoesNotContain((await shop.BalancesAsync()).Keys, key => key.StartsWith("bank", StringComparison.Ordinal));
    }

    /// <summary>Lines of earlier versions have no note of an operator: the event's request then tells who named the customer.</summary>
    [Theory]
    [InlineData(0, true)]
    [InlineData(7, false)]
    public async Task Payer_IsKnownByTheWordOfAnOperator_AndNotOfAClientUnderTheSameRequest(long credential, bool isKnown)
    {
        await using var shop = await Shop.OpenAsync(books);
        foreach (var (customer, name) in new[] { ("10210", "Mia Lang"), ("10211", "Ida Kurz"), ("10212", "Jan Breit") })
            await shop.EnrolAsync(customer, name);
        await shop.OweAsync(("10210", "OCT-1", 7_00));
        var first = Assert.Single(await shop.LinesAsync(await shop.ImportAsync(Csv("7.00", "2027-10-03", "Dauerauftrag"))));
        var by = shop.Origin with { Action = new OperatorAction(null, "Ada", "settlement.book", "a line", "") };
        Assert.True(
            (await shop.Desk.BookAsChosenAsync(first, SettlementChoice.Charge, ["OCT-1"], by, "the father called", Cancel))
            .Outcome!.Accepted);
        await shop.ScalarAsync("UPDATE settlement_line SET note = NULL WHERE status = 'booked' RETURNING 1");
        await shop.ScalarAsync(
            $"UPDATE event SET credential_id = {credential} WHERE request_id = '{by.Request:D}' RETURNING credential_id");
        await shop.OweAsync(("10210", "NOV-1", 29_90), ("10211", "NOV-2", 29_90), ("10212", "NOV-3", 29_90));

        var report = await shop.ImportAsync(Csv("29.90", "2027-11-03", "Dauerauftrag Kind 10210"));

        Assert.Equal(isKnown ? 1 : 0, report.Booked);
        await shop.ScalarAsync($"UPDATE event SET credential_id = 0 WHERE request_id = '{by.Request:D}' RETURNING credential_id");
    }

    private static string Csv(string amount, string day, string purpose) =>
        "account;date;amount;currency;payer;iban;purpose\n"
        + $"{Camt.Iban};{day};{amount};EUR;Wolfram Jäger;DE00000000000000000111;{purpose}\n";

    /// <summary>Books a line that names nothing, and gives why it was not.</summary>
    private static async Task<string?> BookAsync(Shop shop, SettlementChoice choice, string name)
    {
        var line = Assert.Single(
            await shop.LinesAsync(await shop.ImportAsync(new Camt().With(30, "thanks").ToXml()), SettlementStatus.Open));
        var (outcome, problem) = await shop.Desk.BookAsChosenAsync(line, choice, [name], shop.Origin, "the customer said so", Cancel);
        Assert.Equal(problem is null, outcome is { Accepted: true });
        return problem;
    }
}
