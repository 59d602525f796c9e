using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Tests.Running;

namespace Quittance.Tests.Engine;

/// <summary>Money settles as many open charges of a customer as it can pay, however many there are.</summary>
public sealed class ManyChargesTests(BooksFixture books)
{
    private const int Many = 1005;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Payment_OfMoreThanAThousandCharges_LeavesNoneOpen()
    {
        var merchant = await books.Merchants.CreateAsync("Many charges", Cancel);
        var business = new Business(merchant);
        await DoAsync([business.Opening("A")]);
        await DoAsync([.. Enumerable.Range(1, Many).Select(number => business.Charge("A", $"B-{number}", 1_00))]);

        await DoAsync([business.Payment("A", 3_50) with { Remainder = Remainder.OldestDueFirst }]);
        Assert.Equal(Many - 3L, await OpenAsync(merchant));
        await DoAsync([business.Payment("A", (Many * 1_00) - 3_50) with { Remainder = Remainder.OldestDueFirst }]);

        Assert.Equal(0L, await OpenAsync(merchant));
        Assert.Equal(0L, (long)(await books.ScalarAsync(
            "SELECT coalesce(sum(credits_minor - debits_minor), 0)::bigint FROM ledger_account WHERE merchant_id = $1 AND kind = 'credit'",
            merchant.Value))!);
        await books.AssertBooksAreCleanAsync(merchant);
    }

    private async Task<long> OpenAsync(MerchantId merchant) =>
        (long)(await books.ScalarAsync("SELECT count(*) FROM charge WHERE merchant_id = $1 AND is_open", merchant.Value))!;

    private async Task DoAsync(IReadOnlyList<Command> commands)
    {
        foreach (var outcome in await Task.WhenAll(commands.Select(command => books.Engine.SubmitAsync(command, patient: true))))
            Assert.True(outcome.Accepted, string.Join(", ", outcome.Faults));
    }
}
