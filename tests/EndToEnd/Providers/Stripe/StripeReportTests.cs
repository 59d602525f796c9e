using Quittance.Core.Executing;
using Quittance.Host.Providers;
using Quittance.Tests.Running;

namespace Quittance.Tests.Providers;

/// <summary>What Stripe says it has, and what it paid out, against the books.</summary>
public sealed class StripeReportTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Payouts_AreFetched_AndEachRowIsBookedOnce_WithItsFee()
    {
        var stripe = await StripeStudio.OpenAsync(books);
        var (member, payment, authorisation) = await stripe.PaidAsync(55_50);
        await stripe.RefundAsync(member, payment, 10_00);
        await stripe.UntilAsync("refunds", "succeeded");

        // 1.5 % and 25 cents of the payment.
        Assert.Equal(44_42, (long)(await stripe.DoAsync("payouts"))["amount"]!);
        Assert.Equal((1, 0), (await FetchAsync(), await FetchAsync()));
        Assert.Equal("payment 5442 108 booked, refund -1000 0 booked", await LinesAsync());
        Assert.Equal("0 at Stripe, 4442 on the way, 108 of fees", await BalancesAsync());

        // A dispute takes its money and its fee from a payout, and one that is won brings the money back.
        var dispute = $"dispute-{authorisation:N}";
        await stripe.DisputeAsync(
            "v1/disputes", new { id = dispute, authorisation, kind = "chargeback", amount_minor = 20_00, fee_minor = 15_00 });
        await UntilDisputeIsAsync("open");
        Assert.Equal(-35_00, (long)(await stripe.DoAsync("payouts"))["amount"]!);
        await stripe.DisputeAsync($"v1/disputes/{dispute}/won", new { });
        await UntilDisputeIsAsync("won");
        Assert.Equal(20_00, (long)(await stripe.DoAsync("payouts"))["amount"]!);
        Assert.Equal((2, 0), (await FetchAsync(), await FetchAsync()));

        Assert.Equal(
            "payment 5442 108 booked, refund -1000 0 booked, chargeback -3500 0 booked, chargeback 2000 0 booked", await LinesAsync());
        Assert.Equal("0 at Stripe, 2942 on the way, 1608 of fees", await BalancesAsync());
        await books.AssertBooksAreCleanAsync(stripe.Visits.Studio.Merchant);

        async Task<int> FetchAsync() =>
            await books.PartOf<PayoutService>().FetchAsync(stripe.Visits.Studio.Merchant, await stripe.ProviderAsync(), Cancel);
        Task UntilDisputeIsAsync(string status) => NoticePost.UntilAsync(async () => (string?)await books.ScalarAsync(
            "SELECT status FROM dispute WHERE merchant_id = $1", stripe.Visits.Studio.Merchant.Value) == status);
        async Task<string> LinesAsync() => (string)(await books.ScalarAsync(
            """
            SELECT string_agg(format('%s %s %s %s', l.kind, l.amount_minor, l.fee_minor, l.status), ', ' ORDER BY s.imported_at, l.number)
              FROM settlement_line l JOIN statement s ON s.merchant_id = l.merchant_id AND s.id = l.statement_id
             WHERE l.merchant_id = $1
            """,
            stripe.Visits.Studio.Merchant.Value))!;
        async Task<string> BalancesAsync() =>
            $"{await BalanceAsync("clearing stripe")} at Stripe, {await BalanceAsync("clearing payout:stripe")} on the way, "
            + $"{await BalanceAsync("fees")} of fees";
        async Task<long> BalanceAsync(string account) => (long)(await books.ScalarAsync(
            """
            SELECT coalesce(sum(debits_minor - credits_minor), 0)::bigint FROM ledger_account
             WHERE merchant_id = $1 AND trim(kind || ' ' || purpose) = $2
            """,
            stripe.Visits.Studio.Merchant.Value, account))!;
    }

    [Fact]
    public async Task Payout_WithoutAPaymentOfOurs_IsNone()
    {
        var stripe = await StripeStudio.OpenAsync(books);
        await stripe.DoAsync(
            "payment_intents", ("amount", "1000"), ("currency", "eur"), ("payment_method", "pm_card_visa"), ("confirm", "true"),
            ("capture_method", "manual"));
        await stripe.DoAsync($"payment_intents/{(string?)(await stripe.ListAsync("payment_intents"))[0]["id"]}/capture");
        await stripe.DoAsync("payouts");

        Assert.Equal(
            0, await books.PartOf<PayoutService>().FetchAsync(stripe.Visits.Studio.Merchant, await stripe.ProviderAsync(), Cancel));
    }

    [Fact]
    public async Task Comparison_FindsNoDifference_AlsoWhereAPersonActsAtStripesConsole()
    {
        var stripe = await StripeStudio.OpenAsync(books);
        var (member, payment, _) = await stripe.PaidAsync(20_00);
        await stripe.RefundAsync(member, payment, 5_00);
        await stripe.UntilAsync("refunds", "succeeded");
        var (second, _, disputed) = await stripe.PaidAsync(30_00);
        await stripe.DisputeAsync("v1/disputes", new { id = $"dispute-{disputed:N}", authorisation = disputed, kind = "chargeback" });
        await NoticePost.UntilAsync(async () => (await stripe.Visits.OwedAsync(second)).Sum() == 30);

        Assert.Equal((5, 1, ""), await ComparedAsync());

        var intent = (string)(await stripe.ListAsync("payment_intents"))[^1]["id"]!;
        await stripe.DoAsync("refunds", ("payment_intent", intent), ("amount", "300"));
        // The books take it over as soon as Stripe's notice comes.
        var merchant = stripe.Visits.Studio.Merchant.Value;
        await NoticePost.UntilAsync(async () => (long)(await books.ScalarAsync(
            "SELECT refunded_minor FROM payment WHERE merchant_id = $1 AND id = $2", merchant, payment))! == 8_00);
        await NoticePost.UntilAsync(async () => await ComparedAsync() == (6, 1, ""));

        async Task<(int, int, string)> ComparedAsync()
        {
            var now = TimeProvider.System.GetUtcNow();
            var (asked, disputes, found) = (0, 0, new List<ProviderDifference>());
            await foreach (var window in books.PartOf<Reconciliation>().CompareAsync(
                stripe.Visits.Studio.Merchant, await stripe.ProviderAsync(), now.AddMinutes(-20), now.AddMinutes(1), Cancel))
            {
                (asked, disputes) = (asked + window.Requests, disputes + window.Disputes);
                found.AddRange(window.Differences);
            }

            return (asked, disputes, string.Join(
                ", ", found.Select(one => $"{one.Subject} {one.Kind} {one.Amount?.AmountMinor} {one.CanBeTakenOver}")));
        }
    }

    [Fact]
    public async Task Payment_ThatTheBooksLostInARestore_CanBeTakenOver_AndItsEventBooksNothing()
    {
        var stripe = await StripeStudio.OpenAsync(books);
        var merchant = stripe.Visits.Studio.Merchant;
        var (_, payment, _) = await stripe.PaidAsync(20_00);
        var account = (Guid)(await books.ScalarAsync(
            "SELECT account_id FROM payment WHERE merchant_id = $1 AND id = $2", merchant.Value, payment))!;
        var lost = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
        var intent = (string)(await stripe.DoAsync(
            "payment_intents", ("amount", "4000"), ("currency", "eur"), ("payment_method", "pm_card_visa"), ("confirm", "true"),
            ("capture_method", "manual"), ("metadata[attempt]", $"{lost}"), ("metadata[payment]", $"{lost}"),
            ("metadata[account]", $"{account}")))["id"]!;
        await stripe.DoAsync(
            $"payment_intents/{intent}/capture", ("metadata[capture]", $"{Guid.CreateVersion7(TimeProvider.System.GetUtcNow())}"));

        await NoticePost.UntilAsync(async () => (long)(await books.ScalarAsync(
            "SELECT count(*) FROM notice WHERE merchant_id = $1 AND outcome = 'unmatched'", merchant.Value))! > 0);
        var now = TimeProvider.System.GetUtcNow();
        List<ProviderDifference> differences = [];
        await foreach (var window in books.PartOf<Reconciliation>().CompareAsync(
            merchant, await stripe.ProviderAsync(), now.AddMinutes(-20), now.AddMinutes(1), Cancel))
        {
            differences.AddRange(window.Differences);
        }

        Assert.Equal(
            [("authorise", DifferenceKind.UnknownHere, true), ("capture", DifferenceKind.UnknownHere, true)],
            differences.Select(one => (one.Subject, one.Kind, one.CanBeTakenOver)));
        Assert.Equal(1L, await books.ScalarAsync("SELECT count(*) FROM payment WHERE merchant_id = $1", merchant.Value));
    }
}
