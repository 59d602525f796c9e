using System.Net;
using System.Text.Json.Nodes;
using Quittance.Tests.Running;

namespace Quittance.Tests.TrainTravel;

/// <summary>Paying for bookings, once each.</summary>
public sealed class PaymentTests(BooksFixture books)
{
    private const string SortCode = "20-15-75";

    [Fact]
    public async Task Card_PaysForTheBookingAndConfirmsIt()
    {
        var traveller = await Traveller.OpenAsync(books);
        var booking = await traveller.BookAsync();

        var paid = await traveller.PayAsync(
            booking, Traveller.Card(more: ""","amount":61.90,"currency":"gbp","id":"passed over","status":"failed","extra":1"""));

        Assert.Equal((HttpStatusCode.OK, "application/json", "no-store"), (paid.Status, paid.MediaType, paid.Headers["Cache-Control"]));
        Assert.StartsWith("limit=1000, remaining=999, reset=", paid.Headers["RateLimit"], StringComparison.Ordinal);
        Assert.Equal(
            $$$"""
            {"id":"{{{paid.Headers["Quittance-Payment"]}}}","amount":61.9,"currency":"gbp",
            "source":{"object":"card","name":"Ada Nkemelu","number":"************4242","exp_month":12,"exp_year":2090,
            "address_city":"Rennes","address_country":"fr","address_post_code":"35000"},
            "status":"succeeded","links":{"booking":"{{{books.Address}}}bookings/{{{booking}}}"}}
            """.ReplaceLineEndings(""),
            paid.Text);
        Assert.Equal(("confirmed", 1), (await traveller.StatusAsync(booking), await traveller.ChargedAsync(booking)));
        Assert.Equal(HttpStatusCode.OK, (await traveller.GetAsync($"/bookings/{booking}")).Status);
        Assert.Equal((409, "booking-paid"), (await traveller.DeleteAsync(booking)).Problem);

        // Another request to pay gets that payment, also with other contents.
        var again = await traveller.PayAsync(booking, Traveller.Card("4000000000000002", ""","amount":1"""));
        Assert.Equal(paid.Text, again.Text);
        Assert.Equal(1, await traveller.AttemptsAsync(booking) / 2);
        await books.AssertBooksAreCleanAsync();
    }

    [Fact]
    public async Task Card_Declined_LeavesTheBookingForAnotherTry()
    {
        var traveller = await Traveller.OpenAsync(books);
        var booking = await traveller.BookAsync();

        var declined = await traveller.PayAsync(booking, Traveller.Card("4000 0000-0000 0002"));
        var poor = await traveller.PayAsync(booking, Traveller.Card("4000000000009995"));
        Assert.Equal("held", await traveller.StatusAsync(booking));
        var paid = await traveller.PayAsync(booking, Traveller.Card());

        Assert.Equal((HttpStatusCode.OK, "failed", "************0002"),
            (declined.Status, (string)declined.Json["status"]!, (string)declined.Json["source"]!["number"]!));
        Assert.Equal("failed", (string)poor.Json["status"]!);
        Assert.Equal("succeeded", (string)paid.Json["status"]!);
        Assert.Equal(3, new[] { declined, poor, paid }.Select(answer => (string)answer.Json["id"]!).Distinct().Count());
        Assert.Equal(("confirmed", 1), (await traveller.StatusAsync(booking), await traveller.ChargedAsync(booking)));
    }

    [Theory]
    [InlineData("5555555555554444", "\"exp_month\":1,\"exp_year\":2026", "failed")]
    [InlineData("4242424242424242", "\"exp_month\":12,\"exp_year\":2025", "succeeded")]
    [InlineData("4242424242424242", "\"exp_month\":12,\"exp_year\":2020", "failed")]
    [InlineData("5555555555554444", "\"exp_month\":12,\"exp_year\":1999", "failed")]
    public async Task Card_WhoseMonthIsOver_IsDeclined_ButTheOneOfSamples(string number, string expiry, string status)
    {
        var traveller = await Traveller.OpenAsync(books);
        var answer = await traveller.PayAsync(await traveller.BookAsync(), Traveller.Card(number, expiry: expiry));
        Assert.Equal((HttpStatusCode.OK, status), (answer.Status, (string)answer.Json["status"]!));
    }

    [Theory]
    [InlineData("\"871\"", true)]
    [InlineData("\"0871\"", true)]
    [InlineData("100", true)]
    [InlineData("9999", true)]
    [InlineData("99", false)]
    [InlineData("10000", false)]
    [InlineData("-871", false)]
    [InlineData("87.5", false)]
    [InlineData("\"87\"", false)]
    [InlineData("\"87a\"", false)]
    [InlineData("true", false)]
    [InlineData("null", false)]
    public async Task Cvc_IsThreeOrFourDigits_InATextOrANumber(string cvc, bool isTaken)
    {
        var traveller = await Traveller.OpenAsync(books);
        var answer = await traveller.PayAsync(await traveller.BookAsync(), Traveller.Card(cvc: cvc));
        Assert.Equal(isTaken ? HttpStatusCode.OK : HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal(isTaken ? [] : ["/source/cvc"], isTaken ? [] : answer.Places);
        Assert.DoesNotContain("cvc\":", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BankAccount_IsDebited_AtOnceOrLater()
    {
        // Eight digits alone would turn up in ids and hashes by chance.
        SecretWatch.OfTheRun.Add(["\"00817264", " 00817264", ":00817264", "=00817264", "DE23100000001234567890"]);
        var traveller = await Traveller.OpenAsync(books);
        var fast = await traveller.BookAsync();
        Guid slow;
        TravelAnswer pending, deleted;
        var tried = 0;
        do
        {
            slow = await traveller.BookAsync();
            pending = await traveller.PayAsync(slow, Account("00817264"));
            deleted = await traveller.DeleteAsync(slow);
        }
        // On a busy machine the debit can be paid before the next request comes.
        while (deleted.Problem == (409, "booking-paid") && ++tried < 5);

        Assert.Equal("pending", (string)pending.Json["status"]!);
        Assert.Equal(
            """{"object":"bank_account","name":"Fell & Daughters """
                + """Ltd","number":"****7264","sort_code":"201575","account_type":"company","bank_name":"Monzo","country":"gb"}""",
            JsonNode.Parse(pending.Text)!["source"]!.ToJsonString(
                new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        Assert.Equal((409, "payment-under-way"), deleted.Problem);
        // Asking again tells how the payment stands; no second one is begun.
        TravelAnswer again;
        for (var tries = 0; (string)(again = await traveller.PayAsync(slow, Traveller.Card())).Json["status"]! == "pending"; tries++)
        {
            Assert.True(tries < 200, "The debit was never paid.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TestContext.Current.CancellationToken);
        }

        Assert.Equal(("succeeded", (string)pending.Json["id"]!), ((string)again.Json["status"]!, (string)again.Json["id"]!));
        Assert.Equal("succeeded", (string)(await traveller.PayAsync(fast, Account("00012345"))).Json["status"]!);
        Assert.Equal((1, 1), (await traveller.ChargedAsync(slow), await traveller.ChargedAsync(fast)));
    }

    [Theory]
    [InlineData("Paris Gare du Nord", "London St Pancras International", "DE89370400440532013000", "de", null)]
    [InlineData("Basel SBB", "Zürich HB", "CH9300762011623852957", "CH", null)]
    [InlineData("Basel SBB", "Zürich HB", "DE89370400440532013000", "de", "/source/country")]
    [InlineData("Paris Gare du Nord", "London St Pancras International", "DE89370400440532013000", "fr", "/source/number")]
    [InlineData("Paris Gare du Nord", "London St Pancras International", "12345678", "fr", "/source/number")]
    public async Task BankAccount_Abroad_IsAnIbanThatPaysInTheCurrency(
        string origin, string destination, string number, string country, string? place)
    {
        var traveller = await Traveller.OpenAsync(books);
        var booking = await traveller.BookAsync(Traveller.NewTrip(origin, destination));
        var answer = await traveller.PayAsync(
            booking,
            $$$"""
            {"source":{"name":"Ada","number":"{{{number}}}","account_type":"individual","bank_name":"Bank","country":"{{{country}}}"}}
            """);
        Assert.Equal(place is null ? HttpStatusCode.OK : HttpStatusCode.BadRequest, answer.Status);
        if (place is not null)
            Assert.Equal([place], answer.Places);
        else
            Assert.Equal(new string('*', number.Length - 4) + number[^4..], (string)answer.Json["source"]!["number"]!);
    }

    [Theory]
    [InlineData("""{"amount":0,SOURCE}""", "/amount")]
    [InlineData("""{"amount":-61.90,SOURCE}""", "/amount")]
    [InlineData("""{"amount":61.901,SOURCE}""", "/amount")]
    [InlineData("""{"amount":"61.90",SOURCE}""", "/amount")]
    [InlineData("""{"amount":1e30,SOURCE}""", "/amount")]
    [InlineData("""{"currency":"GBP",SOURCE}""", "/currency")]
    [InlineData("""{"currency":"usd",SOURCE}""", "/currency")]
    [InlineData("""{"currency":7,SOURCE}""", "/currency")]
    [InlineData("{}", "/source")]
    [InlineData("""{"source":null}""", "/source")]
    [InlineData("""{"source":[]}""", "/source")]
    [InlineData("""{"source":{}}""", "/source")]
    [InlineData("""{"source":{"object":"cash"}}""", "/source/object")]
    [InlineData("""{"source":{"name":"A","exp_month":1,"bank_name":"B"}}""", "/source")]
    [InlineData("""{"source":{"object":"card"}}""", "/source/name", "/source/number", "/source/cvc", "/source/exp_month",
        "/source/exp_year", "/source/address_country")]
    [InlineData("""{"source":{"object":"bank_account"}}""", "/source/name", "/source/account_type", "/source/bank_name", "/source/country",
        "/source/number")]
    [InlineData("""
        {"source":{"object":"card","name":"A","number":"4242424242424242","cvc":"871","exp_month":12,"exp_year":2090,
         "address_country":"fr","bank_name":"B","a~/b":1}}
        """,
        "/source/bank_name", "/source/a~0~1b")]
    [InlineData("""{"source":{"name":"A","number":"4242424242424241","cvc":"871","exp_month":13,"exp_year":90,"address_country":"fra"}}""",
        "/source/number", "/source/exp_month", "/source/exp_year", "/source/address_country")]
    [InlineData("""{"source":{"name":"A","number":"42424242 424","cvc":"871","exp_month":0,"exp_year":2090,"address_country":"1f"}}""",
        "/source/number", "/source/exp_month", "/source/address_country")]
    [InlineData(
        """{"source":{"name":"A","number":"00012345","account_type":"individual","bank_name":"B","country":"gb"}}""", "/source/sort_code")]
    [InlineData("""{"source":{"name":"A","number":"1234","sort_code":"1","account_type":"both","bank_name":"B","country":"GB"}}""",
        "/source/account_type", "/source/sort_code", "/source/number")]
    public async Task Payment_WithSomethingWrongInIt_IsRefusedByPointerAndRepeatsNothing(string body, params string[] places)
    {
        var traveller = await Traveller.OpenAsync(books);
        var booking = await traveller.BookAsync();
        var refused =
            await traveller.PayAsync(booking, body.Replace("SOURCE", Traveller.Card()[1..].TrimEnd()[..^1], StringComparison.Ordinal));
        Assert.Equal((400, "bad-request"), refused.Problem);
        Assert.Equal(places, refused.Places);
        Assert.DoesNotContain("42424242", refused.Text, StringComparison.Ordinal);
        Assert.Equal(0, await traveller.AttemptsAsync(booking));
    }

    [Theory]
    [InlineData("""{"amount":61.89,SOURCE}""", "amount-mismatch", "/amount")]
    [InlineData("""{"amount":61.91,SOURCE}""", "amount-mismatch", "/amount")]
    [InlineData("""{"amount":9999999,"currency":"gbp",SOURCE}""", "amount-mismatch", "/amount")]
    [InlineData("""{"amount":61.9,"currency":"eur",SOURCE}""", "currency-mismatch", "/currency")]
    [InlineData("""{"amount":72,"currency":"eur",SOURCE}""", "amount-mismatch", "/amount", "/currency")]
    public async Task Payment_OfAnotherAmountOrCurrency_IsRefused(string body, string type, params string[] places)
    {
        var traveller = await Traveller.OpenAsync(books);
        var booking = await traveller.BookAsync();
        var refused =
            await traveller.PayAsync(booking, body.Replace("SOURCE", Traveller.Card()[1..].TrimEnd()[..^1], StringComparison.Ordinal));
        Assert.Equal((400, type), refused.Problem);
        Assert.Equal(places, refused.Places);
        Assert.Equal(0, await traveller.AttemptsAsync(booking));
    }

    [Fact]
    public async Task Booking_PaidForAHundredTimesAtOnce_IsChargedOnce()
    {
        var traveller = await Traveller.OpenAsync(books);
        var booking = await traveller.BookAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => traveller.PayAsync(booking, Traveller.Card())));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        Assert.Single(answers.Select(answer => (string)answer.Json["id"]!).Distinct());
        Assert.All(answers, answer => Assert.Contains((string)answer.Json["status"]!, (string[])["succeeded", "pending"]));
        Assert.Contains(answers, answer => (string)answer.Json["status"]! == "succeeded");
        // One authorisation and one capture: the provider heard of no other.
        Assert.Equal((2, 1, "confirmed"),
            (await traveller.AttemptsAsync(booking), await traveller.ChargedAsync(booking), await traveller.StatusAsync(booking)));
        await books.AssertBooksAreCleanAsync();
    }

    [Fact]
    public async Task PaymentAndGivingBack_AtOnce_LeaveOneOfTheTwo()
    {
        var traveller = await Traveller.OpenAsync(books);
        for (var round = 0; round < 10; round++)
        {
            var booking = await traveller.BookAsync();
            var paying = traveller.PayAsync(booking, Traveller.Card());
            var giving = traveller.DeleteAsync(booking);
            var (paid, given) = (await paying, await giving);

            var isPaid = paid.Status == HttpStatusCode.OK;
            Assert.Equal(isPaid, given.Status == HttpStatusCode.Conflict);
            Assert.Equal(isPaid ? 1 : 0, await traveller.ChargedAsync(booking));
            Assert.Equal(isPaid ? "confirmed" : "released", await traveller.StatusAsync(booking));
        }
    }

    [Fact]
    public async Task Payment_AfterTheHoldHasEnded_IsRefusedAndNobodyIsCharged()
    {
        var traveller = await Traveller.OpenAsync(books);
        var booking = await traveller.BookAsync();
        var until = (DateTime)(
            await books.ScalarAsync(
            "UPDATE booking SET held_until = date_trunc('second', now() - interval '1 hour') WHERE merchant_id = $1 AND id = $2 "
                + "RETURNING held_until", books.DemoCompany.Value, booking))!;

        var late = await traveller.PayAsync(booking, Traveller.Card());

        Assert.Equal((409, "hold-expired"), late.Problem);
        Assert.Equal($"The hold on this booking ended at {until:yyyy-MM-ddTHH:mm:ssZ}. Book the trip again.", (string)late.Json["detail"]!);
        Assert.Equal($"/bookings/{booking}/payment", (string)late.Json["instance"]!);
        Assert.Equal(0, await traveller.AttemptsAsync(booking));
        Assert.Equal(HttpStatusCode.OK, (await traveller.GetAsync($"/bookings/{booking}")).Status);
        Assert.Equal((409, "hold-expired"), (await traveller.PayAsync(booking, Traveller.Card())).Problem);
    }

    [Fact]
    public async Task Payment_RepeatedUnderAKey_IsTheFirstOneToTheByte()
    {
        var traveller = await Traveller.OpenAsync(books);
        var (booking, other) = (await traveller.BookAsync(), await traveller.BookAsync());
        var (failing, paying) = (Traveller.NewText(), Traveller.NewText());

        var declined = await traveller.PayAsync(booking, Traveller.Card("4000000000000002"), failing);
        var declinedAgain = await traveller.PayAsync(booking, Traveller.Card("4000000000000002"), failing);
        var paid = await traveller.PayAsync(booking, Traveller.Card(), paying);
        var paidAgain = await traveller.PayAsync(booking, Traveller.Card(), paying);
        // Even after another payment has succeeded.
        var declinedStill = await traveller.PayAsync(booking, Traveller.Card("4000000000000002"), failing);

        Assert.Equal((declined.Text, true), (declinedAgain.Text, declinedAgain.Replayed));
        Assert.Equal((declined.Text, true), (declinedStill.Text, declinedStill.Replayed));
        Assert.Equal((paid.Text, true, "succeeded"), (paidAgain.Text, paidAgain.Replayed, (string)paid.Json["status"]!));
        Assert.Equal(
            (409, "idempotency-key-reused"), (await traveller.PayAsync(booking, Traveller.Card(more: ""","extra":1"""), paying)).Problem);
        // The same key and body pay for another booking all the same.
        var second = await traveller.PayAsync(other, Traveller.Card(), paying);
        Assert.Equal((false, $"{books.Address}bookings/{other}"), (second.Replayed, (string)second.Json["links"]!["booking"]!));
        Assert.Equal((1, 1), (await traveller.ChargedAsync(booking), await traveller.ChargedAsync(other)));
    }

    [Fact]
    public async Task Payment_WhoseProviderDoesNotAnswer_IsPendingAndThenKnown()
    {
        var traveller = await Traveller.OpenAsync(books);
        var booking = await traveller.BookAsync();

        var pending = await traveller.PayAsync(booking, Traveller.Card("4000000000000119"));

        Assert.Equal((HttpStatusCode.OK, "pending"), (pending.Status, (string)pending.Json["status"]!));
        Assert.Equal("held", await traveller.StatusAsync(booking));
        TravelAnswer again;
        for (var tries = 0; (string)(again = await traveller.PayAsync(booking, Traveller.Card())).Json["status"]! == "pending"; tries++)
        {
            Assert.True(tries < 300, "The provider was not asked again.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TestContext.Current.CancellationToken);
        }

        Assert.Equal(("succeeded", (string)pending.Json["id"]!), ((string)again.Json["status"]!, (string)again.Json["id"]!));
        Assert.Equal(("confirmed", 1), (await traveller.StatusAsync(booking), await traveller.ChargedAsync(booking)));
    }

    [Fact]
    public async Task WhatIsWriteOnly_IsNowhere()
    {
        var traveller = await Traveller.OpenAsync(books);
        var booking = await traveller.BookAsync();
        SecretWatch.OfTheRun.Add(["8 Hidden Lane"]);

        var paid = await traveller.PayAsync(
            booking, Traveller.Card(cvc: "\"8713\"").Replace("Ada Nkemelu", "4111 1111 1111 1111", StringComparison.Ordinal));

        Assert.Equal("************1111", (string)paid.Json["source"]!["name"]!);
        var kept = (string)(
            await books.ScalarAsync("SELECT details::text FROM payment WHERE id = $1", Guid.Parse((string)paid.Json["id"]!)))!;
        Assert.DoesNotContain("8713", kept, StringComparison.Ordinal);
        Assert.DoesNotContain("Hidden", kept, StringComparison.Ordinal);
        Assert.DoesNotContain("4242424242424242", kept, StringComparison.Ordinal);
    }

    private static string Account(string number) =>
        $$$"""
        {"source":{"object":"bank_account","name":"Fell & Daughters Ltd","number":"{{{number}}}","sort_code":"{{{SortCode}}}",
         "account_type":"company",
         "bank_name":"Monzo","country":"gb"}}
        """;
}
