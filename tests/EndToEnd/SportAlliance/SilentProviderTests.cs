using System.Net;
using Quittance.Tests.Running;

namespace Quittance.Tests.SportAlliance;

/// <summary>
/// Bookings whose provider says nothing, or nothing yet (Sport Alliance 5.10): the server does not guess their outcome, and books each
/// once.
/// </summary>
public sealed class SilentProviderTests(BooksFixture books)
{
    private const string AuthorisedInSilence = "4000000000000119";
    private const string CapturedInSilence = "666.01";
    private const string ToBeConfirmed = "4000000000003220";

    [Fact]
    public async Task Booking_WhoseOutcomeNobodyKnows_IsLockedUntilItIsKnownAndBookedOnce()
    {
        var visits = await Visits.OpenAsync(books);
        foreach (var (member, claims, token, amount) in await SilentAsync(visits))
        {
            var unknown = await visits.BookAsync(member, token, amount, claims, language: "de");
            Assert.Equal((500, "errormessage.system.error", null), unknown.Error);
            Assert.Equal("Unerwarteter Systemfehler.", unknown.Text("errorMessage"));
            foreach (var (language, text) in new[]
            {
                ("en", "Concurrent modification detected. The entity was modified by another request."),
                ("de-LU", "Gleichzeitige Änderung erkannt. Das Objekt wurde von einer anderen Anfrage geändert."),
            })
            {
                var locked = await visits.BookAsync(member, token, amount, claims, language: language);
                Assert.Equal((409, "errormessage.concurrent.modification", null), locked.Error);
                Assert.Equal(text, locked.Text("errorMessage"));
            }

            await NoticePost.UntilAsync(async () => (await visits.BookAsync(member, token, amount, claims)).Error.Status != 409);
            Assert.Equal((400, "errormessage.payment.token.used", "paymentRequestToken"),
                (await visits.BookAsync(member, token, amount, claims)).Error);
            Assert.Equal([0m], await visits.OwedAsync(member));
            Assert.Equal(1, await visits.PaymentsAsync(member, "captured"));
        }

        await books.AssertBooksAreCleanAsync(visits.Studio.Merchant);
    }

    [Fact]
    public async Task Booking_WhoseOutcomeNobodyKnows_TellsItUnderItsKeyAsSoonAsItIsKnown()
    {
        var visits = await Visits.OpenAsync(books);
        foreach (var (member, claims, token, amount) in await SilentAsync(visits))
        {
            var key = WritingRoutes.NewKey();
            var unknown = await visits.BookAsync(member, token, amount, claims, once: key);
            Assert.Equal((500, "errormessage.system.error", null), unknown.Error);
            Assert.Equal((409, "errormessage.concurrent.modification", null),
                (await visits.BookAsync(member, token, amount, claims, once: key)).Error);

            await NoticePost.UntilAsync(
                async () => (await visits.BookAsync(member, token, amount, claims, once: key)).Status == HttpStatusCode.OK);
            var report = await visits.BookAsync(member, token, amount, claims, once: key);
            Assert.Equal((HttpStatusCode.OK, true, null), (report.Status, report.Replayed, report.Body));
            Assert.NotNull(unknown.Payment);
            Assert.Equal(unknown.Payment, report.Payment);
            Assert.Equal([0m], await visits.OwedAsync(member));
        }
    }

    [Fact]
    public async Task Claim_WhoseBookingNobodyKnowsTheOutcomeOf_IsLockedForOthersToo()
    {
        var visits = await Visits.OpenAsync(books);
        var (member, claims) = await visits.OwingAsync(666_01);
        var (silent, other) = (await visits.PaidAsync(member, CapturedInSilence), await visits.PaidAsync(member, "700"));
        Assert.Equal(500, (await visits.BookAsync(member, silent, CapturedInSilence, claims)).Error.Status);

        Assert.Equal((409, "errormessage.concurrent.modification", null), (await visits.BookAsync(member, other, "700", claims)).Error);
        await NoticePost.UntilAsync(async () => await visits.PaymentsAsync(member, "captured") == 1);

        // It is settled now, and the other token is as good as before.
        Assert.Equal(
            (400, "errormessage.validation.failed", "debtClaimIds.0"), (await visits.BookAsync(member, other, "700", claims)).Error);
        Assert.Equal(HttpStatusCode.OK, (await visits.BookAsync(member, other, "700")).Status);
        Assert.Equal((0m, 700m), (Assert.Single(await visits.OwedAsync(member)), await visits.BalanceAsync(member)));
    }

    [Fact]
    public async Task Booking_ThatAnAbsentCustomerWouldHaveToConfirm_IsDeclinedAndItsClaimsAreOpen()
    {
        var visits = await Visits.OpenAsync(books);
        var (member, claims) = await visits.OwingAsync(20_00);
        await visits.LeftAsync(member, ToBeConfirmed);
        var (token, key) = (await visits.ChosenAsync(member, "20"), WritingRoutes.NewKey());

        var declined = await visits.BookAsync(member, token, "20", claims, once: key);

        Assert.Equal((400, "errormessage.payment.declined", null), declined.Error);
        Assert.Equal(
            (400, "errormessage.payment.token.used", "paymentRequestToken"), (await visits.BookAsync(member, token, "20", claims)).Error);
        Assert.Equal((400, "errormessage.payment.declined", null), (await visits.BookAsync(member, token, "20", claims, once: key)).Error);
        await NoticePost.UntilAsync(async () => await books.ScalarAsync(
            "SELECT 1 FROM attempt WHERE payment_id = $1 AND verb = 'void' AND status = 'approved'", declined.Payment!) is not null);
        Assert.Equal(HttpStatusCode.OK, (await visits.BookAsync(member, await visits.PaidAsync(member, "20"), "20", claims)).Status);
        Assert.Equal([0m], await visits.OwedAsync(member));
        await books.AssertBooksAreCleanAsync(visits.Studio.Merchant);
    }

    [Fact]
    public async Task Debit_ThatTheBankTakesDaysFor_IsBookedAtOnce()
    {
        var visits = await Visits.OpenAsync(books);
        var (member, claims) = await visits.OwingAsync(20_00);
        const string Debit =
            """{"choice":"SEPA","account":{"iban":"DE45120300000000000002","holder":"Ada Nkemelu"},"mandateAccepted":true}""";
        var (token, key) = (await visits.ReadyAsync(await visits.SessionAsync(member, "20"), Debit), WritingRoutes.NewKey());

        Assert.Equal(HttpStatusCode.OK, (await visits.BookAsync(member, token, "20", claims, once: key)).Status);
        Assert.Equal("errormessage.payment.token.used", (await visits.BookAsync(member, token, "20", claims)).Text("errorCode"));

        // The bank's word days later is no answer to the request of then.
        await NoticePost.UntilAsync(async () => await visits.PaymentsAsync(member, "failed") == 1);
        var again = await visits.BookAsync(member, token, "20", claims, once: key);
        Assert.Equal((HttpStatusCode.OK, true), (again.Status, again.Replayed));
        Assert.Equal([20m], await visits.OwedAsync(member));
    }

    /// <summary>The payment with a stored card, which is authorised only now, and the payment that waits to be captured.</summary>
    private static async Task<IReadOnlyList<(long Member, long[] Claims, string Token, string Amount)>> SilentAsync(Visits visits)
    {
        var (stored, owed) = await visits.OwingAsync(20_00);
        await visits.LeftAsync(stored, AuthorisedInSilence);
        var (reserved, claims) = await visits.OwingAsync(666_01);
        return
        [
            (stored, owed, await visits.ChosenAsync(stored, "20"), "20"),
            (reserved, claims, await visits.PaidAsync(reserved, CapturedInSilence), CapturedInSilence),
        ];
    }
}
