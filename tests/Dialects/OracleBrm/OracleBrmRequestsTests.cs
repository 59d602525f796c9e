using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Dialects.Http.Json;
using Quittance.Dialects.OracleBrm;
using Quittance.Dialects.Tmf676.Resources;
using static Quittance.Tests.TmfSamples;

namespace Quittance.Tests;

public sealed class OracleBrmRequestsTests
{
    private const string Seed = """
        {
        "@type":"Payment_Create",
        "account":{ "id":"0.0.0.1+-account+84808" },
        "paymentMethod":{ "id":"Test123XYZ", "@referredType": "bankCard", "@type": "PaymentMethodRef" },
        "totalAmount":{ "value":10, "unit":"USD" },
        "description": "New Payment"
        }
        """;

    [Fact]
    public void The_sample_of_the_documentation_is_a_card_payment_that_settles_the_oldest_bills()
    {
        var command = Read(Seed, Payment).Command;

        Assert.Equal([Named("oracle-brm", "account", "0.0.0.1+-account+84808")], command.Account.Names);
        Assert.Equal(new Money(1000, Usd), command.Amount);
        Assert.Equal(Named("oracle-brm", "payment-method", "Test123XYZ"), command.Instrument);
        Assert.Equal(PaymentMethod.BankCard, command.InstrumentMethod);
        Assert.Null(command.ReceivedBy);
        Assert.Equal(ClearingProvider.Gateway, command.ReceivedByIfInstrumentKnown);
        Assert.Equal(Remainder.OldestDueFirst, command.Remainder);
        Assert.Null(command.Opening);
        Assert.Equal(
            """{"description":"New Payment","account":{"id":"0.0.0.1+-account+84808"},"paymentMethod":"""
                + """{"id":"Test123XYZ","@type":"PaymentMethodRef","@referredType":"bankCard"}}""",
            command.Details);
    }

    [Theory]
    [InlineData("ACC-90331", "oracle-brm", "account-number", "ACC-90331")]
    [InlineData("0.9.9.9+-account+96", "quittance", "account-number", "96")]
    [InlineData("0.0.0.1+-account+96", "oracle-brm", "account", "0.0.0.1+-account+96")]
    [InlineData("'; DROP TABLE payment; --", "oracle-brm", "account-number", "'; DROP TABLE payment; --")]
    public void An_account_is_named_by_POID_or_number(string id, string dialect, string kind, string value)
    {
        var command = Read(Seed.Replace("0.0.0.1+-account+84808", id, StringComparison.Ordinal), Payment).Command;

        Assert.Equal([Named(dialect, kind, value)], command.Account.Names);
    }

    [Theory]
    [InlineData("Cash", PaymentMethod.Cash)]
    [InlineData("Check", PaymentMethod.Check)]
    public void Money_in_hand_stays_unallocated_until_a_clerk_allocates_it(string type, PaymentMethod method)
    {
        var command = Read(Body(method: $$"""{"id":"till-2","@type":"{{type}}"}"""), Payment).Command;

        Assert.Equal(method, command.Method);
        Assert.Equal(ClearingProvider.Cash, command.ReceivedBy);
        Assert.Null(command.Instrument);
        Assert.Equal(Remainder.Credit, command.Remainder);
    }

    [Fact]
    public void Items_are_settled_exactly_or_by_what_is_due()
    {
        var command = Read(
            Body(more: """
                "paymentItem":[{"item":{"id":"0.0.0.1+-bill+60021"},"totalAmount":{"unit":"USD","value":4.5}},{"item":{"id":"B1-774"}},
                               {"item":{"id":"0.9.9.9+-bill+64"}}]
                """),
            Payment).Command;

        Assert.Equal(
            [
                Part.Charge(Named("oracle-brm", "bill", "0.0.0.1+-bill+60021"), 450),
                Part.ChargeUpTo(Named("oracle-brm", "bill-number", "B1-774")),
                Part.ChargeUpTo(Reference.ToChargeNumber(Merchant, 64)),
            ],
            command.Parts);
        Assert.Equal(Remainder.Credit, command.Remainder);
    }

    [Theory]
    [InlineData(""" "amount":{"unit":"USD","value":4.5} """, 450L)]
    [InlineData(""" "amount":{"unit":"USD","value":4.5},"taxAmount":{"unit":"USD","value":0.91} """, 541L)]
    [InlineData(
        """ "amount":{"unit":"USD","value":4},"taxAmount":{"unit":"USD","value":1},"totalAmount":{"unit":"USD","value":5} """, 500L)]
    [InlineData(""" "amount":{"unit":"USD","value":4.5},"taxAmount":{"unit":"USD","value":0} """, 450L)]
    [InlineData(""" "taxAmount":{"unit":"USD","value":0.91} """, null)]
    public void An_item_without_a_total_settles_its_amount_and_tax(string amounts, long? minor)
    {
        var command = Read(Body(more: $$""" "paymentItem":[{"item":{"id":"B1-774"},{{amounts}}}] """), Payment).Command;

        var bill = Named("oracle-brm", "bill-number", "B1-774");
        Assert.Equal([minor is null ? Part.ChargeUpTo(bill) : Part.Charge(bill, minor)], command.Parts);
    }

    [Fact]
    public void Bills_are_settled_in_the_order_given()
    {
        var request = Read(
            """
            {"@type":"Payment_CreateOracle","account":{"id":"ACC-90331"},"paymentMethod":{"id":"0.0.0.1+-payinfo-cc+51388"},
             "totalAmount":{"unit":"USD","value":120},"bills":[{"id":"0.0.0.1+-bill+60021"},{"id":"B1-774"}]}
            """,
            Payment);

        Assert.Equal(
            [
                Part.ChargeUpTo(Named("oracle-brm", "bill", "0.0.0.1+-bill+60021")),
                Part.ChargeUpTo(Named("oracle-brm", "bill-number", "B1-774")),
            ],
            request.Command.Parts);
        Assert.Null(request.Command.InstrumentMethod);
        Assert.Equal("bills[{0}].id", request.PartAttribute);
        Assert.Null(request.BillUnit);
        Assert.True(request.Command.InOwnInstrumentOnly);
    }

    [Theory]
    [InlineData("0.0.0.1+-billinfo+51290", "oracle-brm", "bill-unit", "0.0.0.1+-billinfo+51290")]
    [InlineData("0.9.9.9+-billinfo+96", "quittance", "account-number", "96")]
    public void A_bill_unit_is_an_accounts(string id, string dialect, string kind, string value)
    {
        var request = Read(
            Body(type: "Payment_CreateOracle", more: $$""" "billingCycleSpecification":{"id":"{{id}}"} """), Payment);

        Assert.Equal(Named(dialect, kind, value), request.BillUnit);
    }

    [Fact]
    public void What_the_server_sets_is_ignored()
    {
        var command = Read(
            Body(more: """ "id":"x","href":"y","status":"denied","statusDate":"z","paymentDate":7,"correlatorId":"c-1" """), Payment);

        Assert.Equal("c-1", command.CorrelatorId);
        Assert.DoesNotContain("denied", command.Command.Details, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[]""", "")]
    [InlineData("""{}""", "account")]
    [InlineData("""{"account":{},"paymentMethod":{"id":"a","@type":"Cash"},"totalAmount":{"unit":"USD","value":1}}""", "account.id")]
    [InlineData("""{"account":{"id":""},"paymentMethod":{"id":"a","@type":"Cash"},"totalAmount":{"unit":"USD","value":1}}""", "account.id")]
    [InlineData("""{"account":"A","paymentMethod":{"id":"a","@type":"Cash"},"totalAmount":{"unit":"USD","value":1}}""", "account")]
    public void An_account_is_required(string json, string path) => Assert.Equal(path, Refused(json, Payment));

    [Theory]
    [InlineData("""{}""", "totalAmount.unit")]
    [InlineData("""{"unit":"USD"}""", "totalAmount.value")]
    [InlineData("""{"value":1}""", "totalAmount.unit")]
    [InlineData("""{"unit":"USD","value":0}""", "totalAmount.value")]
    [InlineData("""{"unit":"USD","value":-0}""", "totalAmount.value")]
    [InlineData("""{"unit":"USD","value":-5}""", "totalAmount.value")]
    [InlineData("""{"unit":"USD","value":10.001}""", "totalAmount.value")]
    [InlineData("""{"unit":"JPY","value":10.5}""", "totalAmount.value")]
    [InlineData("""{"unit":"USD","value":1e30}""", "totalAmount.value")]
    [InlineData("""{"unit":"USD","value":"10"}""", "totalAmount.value")]
    [InlineData("""{"unit":"usd","value":10}""", "totalAmount.unit")]
    [InlineData("""{"unit":"XYZ","value":10}""", "totalAmount.unit")]
    [InlineData("""{"unit":840,"value":10}""", "totalAmount.unit")]
    [InlineData("""{"unit":"USD","value":10,"cents":5}""", "totalAmount.cents")]
    public void An_amount_is_exact_positive_and_of_a_known_currency(string total, string path) =>
        Assert.Equal(path, Refused(Body(total: total), Payment));

    [Theory]
    [InlineData("1e3", 100_000)]
    [InlineData("10.0", 1000)]
    [InlineData("42.5", 4250)]
    [InlineData("9999999999999.99", 999_999_999_999_999)]
    public void Numbers_are_read_exactly(string value, long minor) =>
        Assert.Equal(minor, Read(Body(total: $$"""{"unit":"USD","value":{{value}}}"""), Payment).Command.Amount?.AmountMinor);

    [Theory]
    [InlineData(""" "amount":{"unit":"USD","value":10} """)]
    [InlineData(""" "amount":{"unit":"USD","value":9.5} """)]
    [InlineData(""" "taxAmount":{"unit":"USD","value":9.99} """)]
    [InlineData(""" "amount":{"unit":"USD","value":10},"taxAmount":{"unit":"USD","value":0} """)]
    [InlineData(""" "amount":{"unit":"USD","value":0.01},"taxAmount":{"unit":"USD","value":9.99} """)]
    public void Amounts_that_can_be_true_are_taken(string more) =>
        Assert.Equal(1000, Read(Body(more: more), Payment).Command.Amount?.AmountMinor);

    [Theory]
    [InlineData("""{"@type":"Cash"}""", "paymentMethod.id")]
    [InlineData("""{"id":"a"}""", "paymentMethod.@type")]
    [InlineData("""{"id":"a","@type":"cash"}""", "paymentMethod.@type")]
    [InlineData("""{"id":"a","@type":"PaymentMethodRef"}""", "paymentMethod.@referredType")]
    [InlineData("""{"id":"a","@type":"PaymentMethodRef","@referredType":"cash"}""", "paymentMethod.@referredType")]
    [InlineData("""{"id":"0.0.0.1+-bill+4","@type":"PaymentMethodRef","@referredType":"bankCard"}""", "paymentMethod.id")]
    [InlineData("""{"id":"a","@type":"Cash","isPreferred":"yes"}""", "paymentMethod.isPreferred")]
    [InlineData("""{"id":"a","@type":"Cash","cvv":"123"}""", "paymentMethod.cvv")]
    [InlineData("""{"id":"a","@type":"Cash","statusDate":"yesterday"}""", "paymentMethod.statusDate")]
    public void A_method_says_what_it_is(string method, string path) => Assert.Equal(path, Refused(Body(method: method), Payment));

    [Theory]
    [InlineData(""" "nickname":"x" """, "nickname")]
    [InlineData(""" "payer":{"id":"P-1"} """, "payer.@referredType")]
    [InlineData(""" "payer":{"@referredType":"Individual"} """, "payer.id")]
    [InlineData(""" "channel":{} """, "channel.id")]
    [InlineData(""" "paymentItem":[{}] """, "paymentItem[0].item")]
    [InlineData(""" "paymentItem":[{"item":{"id":"0.0.0.1+-account+4"}}] """, "paymentItem[0].item.id")]
    [InlineData(""" "paymentItem":[{"item":{"id":"B1"}},{"item":{"id":"B1"}}] """, "paymentItem[1].item.id")]
    [InlineData(""" "paymentItem":[{"item":{"id":"B1"},"totalAmount":{"unit":"USD","value":11}}] """, "paymentItem")]
    [InlineData(""" "paymentItem":[{"item":{"id":"B1"},"totalAmount":{"unit":"EUR","value":1}}] """, "paymentItem[0].totalAmount.unit")]
    [InlineData(""" "paymentItem":[{"item":{"id":"B1"},"amount":{"unit":"USD","value":10},"taxAmount":{"unit":"USD","value":0.01}}] """,
        "paymentItem")]
    [InlineData(""" "paymentItem":[{"item":{"id":"B1"},"amount":{"unit":"EUR","value":1}}] """, "paymentItem[0].amount.unit")]
    [InlineData(""" "paymentItem":[{"item":{"id":"B1"},"amount":{"unit":"USD","value":1},"taxAmount":{"unit":"EUR","value":1}}] """,
        "paymentItem[0].taxAmount.unit")]
    [InlineData(""" "amount":{"unit":"USD","value":8},"taxAmount":{"unit":"USD","value":1} """, "amount.value")]
    [InlineData(""" "amount":{"unit":"USD","value":10.01} """, "amount.value")]
    [InlineData(""" "taxAmount":{"unit":"USD","value":11} """, "taxAmount.value")]
    [InlineData(""" "taxAmount":{"unit":"USD","value":-1} """, "taxAmount.value")]
    [InlineData(""" "taxAmount":{"unit":"USD","value":10} """, "taxAmount.value")]
    [InlineData(""" "amount":{"unit":"EUR","value":1},"taxAmount":{"unit":"USD","value":1} """, "amount.unit")]
    [InlineData(""" "paymentItem":[{"item":{"id":"B1"},"amount":{"unit":"USD","value":4},"totalAmount":{"unit":"USD","value":3}}] """,
        "paymentItem[0].amount.value")]
    [InlineData(""" "paymentItem":[{"item":{"id":"B1"},"taxAmount":{"unit":"USD","value":3},"totalAmount":{"unit":"USD","value":3}}] """,
        "paymentItem[0].taxAmount.value")]
    [InlineData(""" "amount":{} """, "amount.unit")]
    [InlineData(""" "bills":[{"id":"B1"}] """, "@type")]
    [InlineData(""" "description":"a\ud800" """, "description")]
    public void What_does_not_fit_is_named(string more, string path) => Assert.Equal(path, Refused(Body(more: more), Payment));

    [Theory]
    [InlineData("Payment")]
    [InlineData("payment_create")]
    public void Only_two_types_can_be_created(string type) => Assert.Equal("@type", Refused(Body(type: type), Payment));

    [Fact]
    public void A_POID_of_the_wrong_class_is_refused() =>
        Assert.Equal("account.id", Refused(Seed.Replace("-account+", "-bill+", StringComparison.Ordinal), Payment));

    private static TmfRequest? Payment(JsonBody body) => OracleBrmRequests.Payment(body, TmfSamples.Origin, NewId);

    private static string Body(
        string type = "Payment_Create", string method = """{"id":"till-2","@type":"Cash"}""",
        string total = """{"unit":"USD","value":10}""", string? more = null) =>
        $$"""{"@type":"{{type}}","account":{"id":"ACC-1"}"""
            + $$""","paymentMethod":{{method}},"totalAmount":{{total}}{{(more is null ? "" : $",{more}")}}}""";
}
