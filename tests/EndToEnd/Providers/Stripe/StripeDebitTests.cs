using System.Net;
using System.Text.Json.Nodes;
using Quittance.Core.Providers;
using Quittance.Sandbox;
using Quittance.Tests.Running;
using Quittance.Tests.SportAlliance;

namespace Quittance.Tests.Providers;

/// <summary>Members pay by debits that Stripe sends to their banks: taken on at once, decided days later, and returned later.</summary>
public sealed class StripeDebitTests(BooksFixture books)
{
    private const string Pays = "DE02120300000000202051";
    private const string Refuses = "DE45120300000000000002";
    private const string Returns = "DE18120300000000000003";

    private static readonly StripeDebitsUnderTest Debits = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SepaDebit_IsSentWhenItIsBooked_AndPaysWhenTheBankSaysSo()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions { LateBy = TimeSpan.FromSeconds(3) });
        var stripe = await StripeStudio.OpenAsync(books, sandbox: sandbox.Address);
        var visits = stripe.Visits;
        var (member, claims) = await visits.OwingAsync(20_00, 35_50);
        var session = await visits.SessionAsync(member, "55.50", more: Visits.Permitting("CREDIT_CARD", "SEPA", "BACS"));
        var offered = (await visits.ShownAsync(session)).Body!;
        // Bacs takes no euros.
        Assert.Equal(
            ("""["CREDIT_CARD","SEPA"]""", """["CREDIT_CARD","SEPA"]"""),
            (offered["choices"]!.ToJsonString(), offered["pages"]!.ToJsonString()));

        var ready = await stripe.DebitAsync(session, Pays);

        Assert.Equal((HttpStatusCode.OK, "ready"), (ready.Status, ready.Text("status")));
        var shown = ready.Body!["details"]!["sepa"]!["bankAccountDetails"]!;
        Assert.Equal(("Ada Nkemelu", "DE ···· 2051"), ((string?)shown["accountHolder"], (string?)shown["iban"]));
        Assert.Equal("requires_confirmation", (string?)Assert.Single(await stripe.ListAsync("payment_intents"))["status"]);

        var booked = await visits.BookAsync(member, ready.Text("paymentRequestToken")!, "55.50", claims);
        Assert.Equal(HttpStatusCode.OK, booked.Status);

        await UntilAsync(visits, member, "captured");
        Assert.Equal("payment.capture_pending, payment.captured", await books.ScalarAsync(
            """
            SELECT string_agg(type, ', ' ORDER BY sequence) FROM event
             WHERE merchant_id = $1 AND type IN ('payment.capture_pending', 'payment.captured')
            """,
            visits.Studio.Merchant.Value));
        Assert.Equal(0, (await visits.OwedAsync(member)).Sum());
        Assert.Equal(55_50, (long)Assert.Single(await stripe.ListAsync("payment_intents"))["amount_received"]!);
        await stripe.RefundAsync(member, booked.Payment!.Value, 10_00);
        await stripe.UntilAsync("refunds", "succeeded");
        await books.AssertBooksAreCleanAsync(visits.Studio.Merchant);
    }

    [Fact]
    public async Task Debit_ThatTheBankRefuses_LeavesTheClaimOpen_AndSaysWhy()
    {
        var stripe = await StripeStudio.OpenAsync(books);
        var visits = stripe.Visits;
        var (member, claims) = await visits.OwingAsync(20_00);
        var ready = await stripe.DebitAsync(await visits.SessionAsync(member, "20"), Refuses);
        await visits.BookAsync(member, ready.Text("paymentRequestToken")!, "20", claims);

        await UntilAsync(visits, member, "failed");

        Assert.Equal([20], await visits.OwedAsync(member));
        Assert.Equal("insufficient_funds", await books.ScalarAsync(
            "SELECT reason FROM attempt WHERE merchant_id = $1 AND verb = 'capture'", visits.Studio.Merchant.Value));
        // Nothing of it can be debited later.
        await stripe.UntilAsync("payment_intents", "canceled");
        await books.AssertBooksAreCleanAsync(visits.Studio.Merchant);
    }

    [Fact]
    public async Task Debit_ThatTheBankReturns_IsOwedAgain_WithItsFee()
    {
        var stripe = await StripeStudio.OpenAsync(books);
        var visits = stripe.Visits;
        var (member, claims) = await visits.OwingAsync(20_00);
        var ready = await stripe.DebitAsync(await visits.SessionAsync(member, "20"), Returns);
        await visits.BookAsync(member, ready.Text("paymentRequestToken")!, "20", claims);
        await NoticePost.UntilAsync(async () => await DisputeAsync("status") is "lost");

        Assert.Equal(("returned_debit", 15_00L), (await DisputeAsync("kind"), await DisputeAsync("fee_minor")));
        Assert.Equal([20], await visits.OwedAsync(member));
        await books.AssertBooksAreCleanAsync(visits.Studio.Merchant);

        Task<object?> DisputeAsync(string column) => books.ScalarAsync(
            $"SELECT {column} FROM dispute WHERE merchant_id = $1", visits.Studio.Merchant.Value);
    }

    [Fact]
    public async Task Debit_ThatNoClientBooks_IsNeverSent()
    {
        var stripe = await StripeStudio.OpenAsync(books);
        var (member, _) = await stripe.Visits.OwingAsync();
        var session = await stripe.Visits.SessionAsync(member, "20");
        Assert.Equal("ready", (await stripe.DebitAsync(session, Pays)).Text("status"));

        await stripe.Visits.EndAsync(session);

        await stripe.UntilAsync("payment_intents", "canceled");
    }

    [Fact]
    public async Task BacsAccount_ThatAMemberLeaves_IsDebitedLater_UnderItsMandate()
    {
        var stripe = await StripeStudio.OpenAsync(books, "GBP");
        var visits = stripe.Visits;
        var member = await visits.Studio.MemberAsync();
        var claim = TestStudio.NewId();
        await visits.Studio.ClaimAsync(member, claim, 15_00, visits.Studio.Today.AddDays(1), "GBP");
        var session = await visits.SessionAsync(member, "0", "MEMBER_ACCOUNT", Visits.Permitting("CREDIT_CARD", "SEPA", "BACS"));
        Assert.Equal("""["CREDIT_CARD","BACS"]""", (await visits.ShownAsync(session)).Body!["choices"]!.ToJsonString());
        var page = await stripe.PageAsync(session, choice: "BACS");
        Assert.Null(await StripeStudio.EnterAsync(page, ("sort_code", "20-00-00"), ("account", "55779911"), ("name", "Ada Nkemelu")));
        Assert.NotNull(await StripeStudio.EnterAsync(
            page, ("sort_code", "20-00-00"), ("account", "55779911"), ("name", "Ada Nkemelu"), ("mandate", "true")));
        var left = await stripe.ComeBackAsync(session);
        var shown = left.Body!["details"]!["bacs"]!;
        Assert.Equal(("Ada Nkemelu", "···· 9911"), ((string?)shown["accountHolder"], (string?)shown["bankAccountNumber"]));
        Assert.Equal(HttpStatusCode.OK, (await visits.ReplaceAsync(member, left.Text("paymentRequestToken")!)).Status);

        var booked = await visits.BookAsync(member, await visits.ChosenAsync(member, "15"), "15", [claim], "GBP");

        Assert.Equal(HttpStatusCode.OK, booked.Status);
        await UntilAsync(visits, member, "captured");
        var intent = Assert.Single(await stripe.ListAsync("payment_intents"));
        Assert.Equal(("succeeded", "gbp", "bacs_debit"),
            ((string?)intent["status"], (string?)intent["currency"], (string?)intent["payment_method_types"]![0]));
        // The mandate is Stripe's, and the books name it as Stripe does.
        Assert.Equal((string?)shown["mandateId"], await books.ScalarAsync(
            "SELECT mandate FROM attempt WHERE merchant_id = $1 AND verb = 'authorise'", visits.Studio.Merchant.Value));
        await books.AssertBooksAreCleanAsync(visits.Studio.Merchant);
    }

    [Theory]
    [InlineData("/confirm")]
    [InlineData("pi_")]
    public async Task Debit_WhoseAnswerIsLost_IsSentOnce(string lost)
    {
        var wire = await BadWire.ToAsync(new Uri(books.Sandbox, "stripe/"));
        var provider = StripeUnderTest.Connect(wire.Address, timeouts: ProviderUnderTest.Short);
        var authorised = Debits.Authorising(instrument: StripeDebitsUnderTest.Held("pm_sepaDebit"));
        authorised = authorised with { Reference = (await provider.AuthoriseAsync(authorised, Cancel)).Reference };
        var capture = Debits.Following(authorised);
        wire.Fault = new Fault("a posted request's answer is lost", exchange =>
            (exchange.Path.Contains(lost, StringComparison.Ordinal) && exchange.IsPosted ? Fault.AnswerLost
                : Fault.Changed("through", body => body)).ActAsync(exchange));
        Assert.Equal(ProviderAnswer.Unknown, await provider.CaptureAsync(capture, Cancel));

        wire.Fault = null;
        var patient = StripeUnderTest.Connect(wire.Address);
        // The bank may have paid meanwhile.
        Verdict[] sent = [Verdict.Pending, Verdict.Approved];
        Assert.Contains(
            (await patient.FindAsync(Verb.Capture, capture, Cancel)).Verdict, lost == "/confirm" ? sent : [Verdict.NotFound]);
        Assert.Contains((await patient.CaptureAsync(capture, Cancel)).Verdict, sent);
        // Another capture of the same money is none.
        Assert.Equal(
            ProviderAnswer.Declined(DeclineReason.AuthorisationInvalid),
            await patient.CaptureAsync(Debits.Following(authorised), Cancel));
    }

    [Theory]
    [InlineData("insufficient_funds", DeclineReason.InsufficientFunds)]
    [InlineData("account_closed", DeclineReason.InstrumentInvalid)]
    [InlineData("bank_account_restricted", DeclineReason.InstrumentInvalid)]
    [InlineData("invalid_account_number", DeclineReason.InstrumentInvalid)]
    [InlineData("recipient_deceased", DeclineReason.InstrumentInvalid)]
    [InlineData("debit_not_authorized", DeclineReason.NotConfirmed)]
    [InlineData("authorization_revoked", DeclineReason.NotConfirmed)]
    [InlineData("generic_could_not_process", DeclineReason.Declined)]
    [InlineData("a_code_of_next_year", DeclineReason.Declined)]
    public async Task Failure_IsDeclinedForItsReason(string code, DeclineReason reason)
    {
        var wire = await BadWire.ToAsync(new Uri(books.Sandbox, "stripe/"));
        var provider = StripeUnderTest.Connect(wire.Address);
        var authorised = Debits.Authorising(instrument: StripeDebitsUnderTest.Held("pm_sepaDebit_insufficientFunds"));
        authorised = authorised with { Reference = (await provider.AuthoriseAsync(authorised, Cancel)).Reference };
        var capture = Debits.Following(authorised);
        Assert.Equal(Verdict.Pending, (await provider.CaptureAsync(capture, Cancel)).Verdict);
        await NoticePost.UntilAsync(
            async () => (await provider.FindAsync(Verb.Capture, capture, Cancel)).Verdict == Verdict.Declined);

        wire.Fault = Fault.Changed(code, body =>
        {
            var intent = JsonNode.Parse(body)!;
            (intent["last_payment_error"]!["code"], intent["last_payment_error"]!["decline_code"]) = (code, null);
            return intent.ToJsonString();
        });

        Assert.Equal(
            ProviderAnswer.Declined(reason) with { Reference = authorised.Reference },
            await provider.FindAsync(Verb.Capture, capture, Cancel));
        // Stripe had taken on the debit that the bank refused.
        Assert.Equal(Verdict.Approved, (await provider.FindAsync(Verb.Authorise, authorised, Cancel)).Verdict);
    }

    private static Task UntilAsync(Visits visits, long member, string status) =>
        NoticePost.UntilAsync(async () => await visits.PaymentsAsync(member, status) == 1);
}
