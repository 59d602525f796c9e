using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Dialects.Http.Json;
using Quittance.Dialects.Tmf676;
using Quittance.Dialects.Tmf676.Resources;
using static Quittance.Tests.TmfSamples;

namespace Quittance.Tests;

public sealed class Tmf676RequestsTests
{
    [Fact]
    public void The_smallest_payment_is_a_bare_record_on_an_account_that_it_opens()
    {
        var command = Read(Body(), Payment).Command;

        Assert.Null(command.Amount);
        Assert.Null(command.ReceivedBy);
        Assert.Equal([Named("tmf676", "account", "AC-5580")], command.Opening?.Names);
        Assert.Equal(command.Account.Names[0], command.Opening?.Names[0]);
        Assert.Equal(Euro, command.Opening?.Currency);
        Assert.Equal(
            """
            {"id":"0198a000-0000-7000-8000-0000000000aa","href":"h","status":"pendingAuthorization","statusDate":"2027-03-04T15:02:41.000Z",
            "account":{"id":"AC-5580","@referredType":"BillingAccount"},"paymentMethod":{},"totalAmount":{},"@type":"Payment"}
            """.ReplaceLineEndings(""),
            Written(View(command, PaymentStatus.Pending)));
    }

    [Fact]
    public void A_name_may_be_written_with_escapes()
    {
        var named = Read(Body("{}", more: ""","description":"For May","correlatorId":"shop-78" """), Payment);
        var escaped = Read(Body("{}", more: ""","descr\u0069ption":"For May","\u0063orrelatorId":"shop-78" """), Payment);

        Assert.Equal("shop-78", escaped.CorrelatorId);
        Assert.Equal(named.Command.Details, escaped.Command.Details);
    }

    [Fact]
    public void A_payment_that_a_gateway_took_is_shown_as_it_was_sent()
    {
        var request = Read(
            """
            {"correlatorId":"shop-77-000912","authorizationCode":"A91-33K","account":{"id":"AC-5580","@referredType":"BillingAccount"},
             "payer":{"id":"P-14","name":"R. Osei","role":"customer","@referredType":"Individual"},
             "paymentMethod":{"id":"pm-2204","@type":"PaymentMethodRef","@referredType":"TokenizedCard"},
             "amount":{"unit":"EUR","value":50.00},"taxAmount":{"unit":"EUR","value":10.50},"totalAmount":{"unit":"EUR","value":60.50},
             "paymentItem":[{"item":{"id":"INV-8801","@referredType":"CustomerBill"},"totalAmount":{"unit":"EUR","value":60.50}}]}
            """,
            Payment);
        var command = request.Command;

        Assert.Equal("shop-77-000912", request.CorrelatorId);
        Assert.Equal(new Money(6050, Euro), command.Amount);
        Assert.Equal(ClearingProvider.Gateway, command.ReceivedBy);
        Assert.Equal(PaymentMethod.TokenizedCard, command.Method);
        Assert.True(command.InstrumentMayBeUnknown);
        Assert.Equal(Named("tmf676", "payment-method", "pm-2204"), command.Instrument);
        Assert.Equal([Part.ChargeIfKnown(Named("tmf676", "bill", "INV-8801"), 6050)], command.Parts);
        Assert.Equal(
            """
            {"id":"0198a000-0000-7000-8000-0000000000aa","href":"h","authorizationCode":"A91-33K","correlatorId":"shop-77-000912",
            "paymentDate":"2027-03-04T15:02:41.000Z","status":"done","statusDate":"2027-03-04T15:02:41.000Z",
            "account":{"id":"AC-5580","@referredType":"BillingAccount"},"amount":{"unit":"EUR","value":50},
            "payer":{"id":"P-14","name":"R. Osei","role":"customer","@referredType":"Individual"},
            "paymentItem":[{"item":{"id":"INV-8801","@referredType":"CustomerBill"},"totalAmount":{"unit":"EUR","value":60.5}}],
            "paymentMethod":{"id":"pm-2204","@type":"PaymentMethodRef","@referredType":"TokenizedCard"},
            "taxAmount":{"unit":"EUR","value":10.5},"totalAmount":{"unit":"EUR","value":60.5},"@type":"Payment"}
            """.ReplaceLineEndings(""),
            Written(View(command, PaymentStatus.Captured, command.Opening?.Name)));
    }

    [Theory]
    [InlineData("""{"@type":"Cash"}""", "", ClearingProvider.Cash)]
    [InlineData("""{"@type":"Check"}""", "", ClearingProvider.Cash)]
    [InlineData("""{"@type":"Voucher"}""", "", ClearingProvider.Cash)]
    [InlineData("""{}""", ""","authorizationCode":"A-1" """, ClearingProvider.Gateway)]
    [InlineData("""{}""", ""","authorizationCode":"" """, null)]
    [InlineData("""{"id":"pm-1"}""", "", null)]
    public void Money_is_received_where_the_request_says_so(string method, string more, string? receivedBy)
    {
        var command = Read(Body(method, """{"unit":"EUR","value":5}""", more), Payment).Command;

        Assert.Equal(receivedBy, command.ReceivedBy);
        Assert.Equal(ClearingProvider.Gateway, command.ReceivedByIfInstrumentKnown);
    }

    [Theory]
    [InlineData("", "R. Osei")]
    [InlineData(""","name":"" """, "R. Osei")]
    [InlineData(""","name":"Osei family" """, "Osei family")]
    public void An_account_without_a_name_is_opened_with_that_of_its_payer(string name, string expected)
    {
        var command = Read(
            $$"""
            {"account":{"id":"AC-5580"{{name}} },"payer":{"id":"P-14","name":"R. Osei","@referredType":"Individual"},
             "paymentMethod":{"@type":"Cash"},"totalAmount":{"unit":"EUR","value":5} }
            """,
            Payment).Command;

        Assert.Equal(expected, command.Opening?.Name);
    }

    [Fact]
    public void An_account_may_be_named_by_our_own_id()
    {
        var id = Guid.Parse("0198a000-0000-7000-8000-0000000000cc");
        var command = Read(Body().Replace("AC-5580", id.ToString("D"), StringComparison.Ordinal), Payment).Command;

        Assert.Equal([Named("tmf676", "account", id.ToString("D")), Reference.ToAccountId(Merchant, id)], command.Account.Names);
    }

    [Fact]
    public void Unknown_attributes_are_ignored_and_not_kept()
    {
        var command = Read(
            Body("""{"@type":"BankCard","cardNumber":"4242424242424242","cvv":"123"}""", more: ""","nickname":"x" """), Payment).Command;

        Assert.Equal("""{"account":{"id":"AC-5580"},"paymentMethod":{"@type":"BankCard"}}""", command.Details);
    }

    [Theory]
    [InlineData("""{"unit":"EUR","value":12.5}""", "", "12.5")]
    [InlineData("""{"unit":"EUR","value":12.5}""", ""","amount":{},"taxAmount":{} """, "12.5")]
    [InlineData("""{"unit":"EUR","value":12.5}""", ""","taxAmount":{"unit":"EUR","value":2} """, "10.5")]
    public void The_amount_without_tax_is_worked_out(string total, string more, string amount)
    {
        var command = Read(Body("{}", total, more), Payment).Command;

        Assert.Contains($$""" "amount":{"unit":"EUR","value":{{amount}}} """.Trim(), Written(View(command, PaymentStatus.Pending)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void An_item_without_a_total_settles_its_amount_and_tax()
    {
        var command = Read(
            Body("{}", """{"unit":"EUR","value":20}""", """
                ,"paymentItem":[{"item":{"id":"B-1","@referredType":"CustomerBill"},
                                 "amount":{"unit":"EUR","value":10},"taxAmount":{"unit":"EUR","value":2.1}},
                                {"item":{"id":"B-2","@referredType":"CustomerBill"},"amount":{"unit":"EUR","value":5}}]
                """),
            Payment).Command;

        Assert.Equal(
            [Part.ChargeIfKnown(Named("tmf676", "bill", "B-1"), 1210), Part.ChargeIfKnown(Named("tmf676", "bill", "B-2"), 500)],
            command.Parts);
    }

    [Fact]
    public void A_method_is_of_any_time_and_shown_so()
    {
        var command = Read(
            Body("""
                {"statusDate":"0001-01-01T00:00:00+00:00",
                 "validFor":{"startDateTime":"1985-04-12T23:20:50.52Z","endDateTime":"9999-12-31T23:59:59Z"}}
                """),
            Payment).Command;

        Assert.Contains(
            """{"statusDate":"0001-01-01T00:00:00.000Z","validFor":{"startDateTime":"1985-04-12T23:20:50.520Z","""
                + """ "endDateTime":"9999-12-31T23:59:59.000Z"}}""".TrimStart(),
            Written(View(command, PaymentStatus.Pending)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"account":{"id":"A"},"totalAmount":{}}""", "paymentMethod")]
    [InlineData("""{"account":{"id":"A"},"paymentMethod":{}}""", "totalAmount")]
    [InlineData("""{"account":{"id":"A"},"paymentMethod":{},"totalAmount":null}""", "totalAmount")]
    [InlineData("""{"account":{"id":"A"},"paymentMethod":[],"totalAmount":{}}""", "paymentMethod")]
    [InlineData("""{"account":{"id":7},"paymentMethod":{},"totalAmount":{}}""", "account.id")]
    [InlineData("""{"account":{"id":""},"paymentMethod":{},"totalAmount":{}}""", "account.id")]
    [InlineData("""{"account":{},"paymentMethod":{},"totalAmount":{}}""", "account.id")]
    [InlineData("""{"account":{"id":"A"},"paymentMethod":{},"totalAmount":{"value":5}}""", "totalAmount.unit")]
    [InlineData("""{"account":{"id":"A"},"paymentMethod":{},"totalAmount":{"unit":"EUR"}}""", "totalAmount.value")]
    [InlineData("""{"account":{"id":"A"},"paymentMethod":{},"totalAmount":{"unit":"EUR","value":0}}""", "totalAmount.value")]
    [InlineData("""{"account":{"id":"A"},"paymentMethod":{},"totalAmount":{},"@type":"BigPayment"}""", "@type")]
    [InlineData("""{"account":{"id":"A"},"paymentMethod":{},"totalAmount":{},"name":7}""", "name")]
    [InlineData("""{"account":{"id":"A"},"paymentMethod":{},"totalAmount":{},"paymentItem":[{"item":{"id":"B"}}]}""",
        "paymentItem[0].item.@referredType")]
    [InlineData("""{"account":{"id":"A"},"paymentMethod":{},"totalAmount":{},"taxAmount":{"unit":"EUR","value":0}}""", "taxAmount.value")]
    [InlineData(
        """{"account":{"id":"A"},"paymentMethod":{},"totalAmount":{},"paymentItem":[{"item":{"id":"B","@referredType":"C"},"amount":"""
        + """{"unit":"EUR","value":1},"taxAmount":{"unit":"USD","value":1}}]}""", "paymentItem[0].taxAmount.unit")]
    [InlineData("""{"account":{"id":"A"},"paymentMethod":{},"totalAmount":{"unit":"EUR","value":5},"amount":{"unit":"EUR","value":5.01}}""",
        "amount.value")]
    [InlineData("""{"account":{"id":"A"},"paymentMethod":{},"totalAmount":{"unit":"EUR","value":5},"taxAmount":{"unit":"EUR","value":5}}""",
        "taxAmount.value")]
    [InlineData("""{"account":{"id":"A"},"paymentMethod":{"validFor":{"startDateTime":"2026-01-01T00:00:00Z"}},"totalAmount":{}}""",
        "paymentMethod.validFor.endDateTime")]
    public void What_does_not_fit_is_named(string json, string path) => Assert.Equal(path, Refused(json, Payment));

    private static TmfRequest? Payment(JsonBody body) => Tmf676Requests.Payment(body, TmfSamples.Origin, Installation, NewId);

    private static string Written(PaymentView view) => TmfSamples.Written(json => Tmf676Responses.Payment(json, view, "h"));

    private static string Body(string method = "{}", string total = "{}", string more = "") =>
        $$"""{"account":{"id":"AC-5580"},"paymentMethod":{{method}},"totalAmount":{{total}}{{more}}}""";
}
