using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Executing;
using Quittance.Core.Providers;
using Quittance.Storage.Reading;
using Quittance.Tests.Running;
using Quittance.Tests.SportAlliance;

namespace Quittance.Tests.Providers;

/// <summary>
/// A provider that declines to release money may have taken it: it is asked, and where its answers explain nothing an operator is.
/// </summary>
public sealed class DeclinedVoidTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Money_ThatTheProviderTookAfterAll_IsBookedWhenItDeclinesToReleaseIt()
    {
        var payment = await new VaultedPayments(books).CaptureAsync(45_00);
        var capture = (await FindAsync(books.DemoCompany, payment.Capture))!;
        var wrongly =
            new TakeAnswer(Origin(books.DemoCompany), capture,
            ProviderAnswer.Declined(DeclineReason.Declined))
            { AskedAfter = capture.Events, Note = "A wrong word" };

        Assert.True((await books.Engine.SubmitAsync(wrongly)).Accepted);

        await NoticePost.UntilAsync(async () => await payment.ReversedMinorAsync() == 0);
        await payment.AssertAsync(reversedMinor: 0, dueMinor: 0);
        await NoticePost.UntilAsync(async () => await StatusOfVoidAsync(payment.Id) == "declined");
    }

    [Fact]
    public async Task Void_ThatIsDeclinedForNoReasonThatTheProviderGives_WaitsForAnOperator()
    {
        await using var telco = await Refunds.OpenAsync(books);
        telco.Provider.DeclinesVoids = true;
        var (_, failed) = await telco.FailedAsync(12_00);

        await NoticePost.UntilAsync(async () => await StatusOfVoidAsync(Guid.Parse(failed)) == "unknown");

        var listed = (await new Attempts(books.Database).UnsettledAsync(onlyUnknown: true, Cancel))
            .Single(attempt => attempt.Payment.Value == Guid.Parse(failed));
        Assert.Equal((Verb.Void, null, "The provider does not release the money, and does not say that it took it."),
            (listed.Verb, listed.DueAt, listed.Note));
        var word = new TakeAnswer(Origin(listed.Id.Merchant), listed,
            ProviderAnswer.Declined(DeclineReason.Declined))
        { AskedAfter = listed.Events, Note = "It ends by itself" };
        Assert.True((await books.Engine.SubmitAsync(word)).Accepted);
        Assert.Equal("declined", await StatusOfVoidAsync(Guid.Parse(failed)));
    }

    [Fact]
    public async Task Void_ThatIsDeclinedAfterAStrangersCaptureTookTheMoney_WaitsForAnOperator()
    {
        var visits = await Visits.OpenAsync(books);
        var (member, claims) = await visits.OwingAsync(90_00);
        var token = await visits.PaidAsync(member, "90");
        var payment = (Guid)(await books.ScalarAsync("SELECT payment_id FROM session WHERE id = $1", Visits.SessionOf(token)))!;
        var authorisation = (Guid)(await books.ScalarAsync("SELECT id FROM attempt WHERE payment_id = $1", payment))!;
        await visits.TakeAtSandboxAsync(authorisation, 90_00);

        await visits.BookAsync(member, token, "90", claims);

        await NoticePost.UntilAsync(async () => await StatusOfVoidAsync(payment) is "unknown" or "declined");
        Assert.Equal("unknown", await StatusOfVoidAsync(payment));
    }

    private static Origin Origin(MerchantId merchant) => new(merchant, 0, Guid.CreateVersion7(TimeProvider.System.GetUtcNow()));

    private Task<Attempt?> FindAsync(MerchantId merchant, Guid attempt) =>
        new Attempts(books.Database).FindAsync(new AttemptId(merchant, attempt), Cancel);

    private async Task<string?> StatusOfVoidAsync(Guid payment) =>
        (string?)await books.ScalarAsync("SELECT status FROM attempt WHERE payment_id = $1 AND verb = 'void'", payment);
}
