using System.Net;
using System.Text.Json.Nodes;
using Quittance.Core.Disputes;
using Quittance.Core.Executing;
using Quittance.Core.Providers;
using Quittance.Storage.Reading;
using Quittance.Tests.Running;

namespace Quittance.Tests.OwnApi;

/// <summary>A program sees who takes money back.</summary>
public sealed class DisputeTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Disputes_OfAPayment_AreListedInTheOrderInWhichTheyCame_AndEnd()
    {
        var biller = await Biller.OpenAsync(books, books.DemoCompany);
        var paid = await new VaultedPayments(books).CaptureAsync(30_00);
        await DisputeAsync(paid, "first", 10_00, feeMinor: 15_00);
        await DisputeAsync(paid, "second", 5_00);
        await DisputeAsync(paid, "third", 1_00);
        var all = $"{Biller.Disputes}?payment={paid.Id}";

        var first = (await biller.GetAsync($"{all}&limit=2")).Json;
        var rest = (await biller.GetAsync($"{all}&limit=2&cursor={first["next"]}")).Json;

        Assert.Equal(["first", "second", "third"], NamesOf(first).Concat(NamesOf(rest)));
        Assert.Null(rest["next"]);
        var (id, dispute) = ((string)first["items"]![0]!["id"]!, first["items"]![0]!);
        Assert.Equal(
            ("open", "chargeback", "10.00", "15.00", "10.00", paid.Id.ToString("D")),
            ((string)dispute["status"]!, (string)dispute["kind"]!, (string)dispute["amount"]!["amount"]!,
                (string)dispute["fee"]!["amount"]!, (string)dispute["reversed"]!["amount"]!, (string)dispute["payment"]!));
        Assert.Equal((await biller.GetAsync($"/api/v1/payments/{paid.Id}")).Json["account"]!.ToString(), (string)dispute["account"]!);

        var about = await AuthorisationAsync(paid);
        Assert.True((await books.Engine.SubmitAsync(new CloseDispute(Origin(), about, Name(paid, "first"), IsWon: true))).Accepted);
        Assert.Equal("won", (string)(await biller.GetAsync($"{Biller.Disputes}/{id}")).Json["status"]!);
        Assert.Equal(["second", "third"], NamesOf((await biller.GetAsync($"{all}&status=open")).Json));
    }

    [Fact]
    public async Task Dispute_OfAnotherMerchant_IsNotThere()
    {
        var (owner, stranger) = (await Biller.OpenAsync(books, books.DemoCompany), await Biller.OpenAsync(books));
        var paid = await new VaultedPayments(books).CaptureAsync(30_00);
        await DisputeAsync(paid, "theirs", 10_00);
        await DisputeAsync(paid, "theirs too", 1_00);
        var id = (string)(await owner.GetAsync($"{Biller.Disputes}?payment={paid.Id}")).Json["items"]![0]!["id"]!;

        Assert.Equal((404, "dispute-unknown"), (await stranger.GetAsync($"{Biller.Disputes}/{id}")).Problem);
        Assert.Empty((await stranger.GetAsync($"{Biller.Disputes}?payment={paid.Id}")).Json["items"]!.AsArray());
        Assert.Empty((await stranger.GetAsync(Biller.Disputes)).Json["items"]!.AsArray());
        Assert.Equal((404, "dispute-unknown"), (await owner.GetAsync($"{Biller.Disputes}/x")).Problem);
        Assert.Empty((await owner.GetAsync($"{Biller.Disputes}?payment=x")).Json["items"]!.AsArray());
        Assert.Equal(["status"], (await owner.GetAsync($"{Biller.Disputes}?status=lost_for_good")).Places);
        var next = (string)(await owner.GetAsync($"{Biller.Disputes}?limit=1")).Json["next"]!;
        Assert.Equal((400, "invalid-request"), (await stranger.GetAsync($"{Biller.Disputes}?cursor={next}")).Problem);
    }

    [Fact]
    public async Task Dispute_ThatOpensBesideAMerge_StopsItOrComesAfterIt()
    {
        var paid = await new VaultedPayments(books).CaptureAsync(20_00);
        var biller = await Biller.OpenAsync(books, books.DemoCompany);
        var account = (string)(await biller.GetAsync($"{Biller.Payments}/{paid.Id}")).Json["account"]!;
        var currency = (string)(await biller.GetAsync($"{Biller.Accounts}/{account}")).Json["currency"]!;
        var kept = await biller.CustomerAsync(currency);
        var body = new JsonObject { ["into"] = kept, ["reason"] = "One person" };
        await DisputeAsync(paid, "before", 5_00);

        var refused = await biller.PostAsync($"{Biller.Accounts}/{account}/merge", body);

        Assert.Equal((409, "payment-disputed"), refused.Problem);
        Assert.Equal("open", (string)(await biller.GetAsync($"{Biller.Accounts}/{account}")).Json["status"]!);
        Assert.True((await books.Engine.SubmitAsync(
            new CloseDispute(Origin(), await AuthorisationAsync(paid), Name(paid, "before"), IsWon: true))).Accepted);

        // At once: the merge reads the disputes of the account in its slot, so one of the two comes first.
        var merging = biller.PostAsync($"{Biller.Accounts}/{account}/merge", body);
        await DisputeAsync(paid, "beside", 5_00);
        var merged = await merging;
        Assert.True(merged.Status == HttpStatusCode.OK || merged.Problem is (409, "payment-disputed" or "account-changed"), merged.Text);
        await books.AssertBooksAreCleanAsync();
    }

    private static IEnumerable<string> NamesOf(JsonNode page) =>
        page["items"]!.AsArray().Select(dispute => ((string)dispute!["reference"]!).Split(' ')[0]);

    private static string Name(CapturedPayment paid, string name) => $"{name} of {paid.Id:N}";

    private async Task DisputeAsync(CapturedPayment paid, string name, long amountMinor, long feeMinor = 0)
    {
        var opened = await books.Engine.SubmitAsync(new OpenDispute(
            Origin(), await AuthorisationAsync(paid), Name(paid, name), DisputeKind.Chargeback, amountMinor, feeMinor));
        Assert.True(opened.Accepted, string.Join(", ", opened.Faults));
    }

    private async Task<Core.Attempts.Attempt> AuthorisationAsync(CapturedPayment paid) =>
        (await new Attempts(books.Database).OfPaymentAsync(new(books.DemoCompany, paid.Id), Cancel))
            .Single(attempt => attempt.Verb == Verb.Authorise);

    private Core.Origin Origin() => new(books.DemoCompany, 0, Guid.CreateVersion7(TimeProvider.System.GetUtcNow()));
}
