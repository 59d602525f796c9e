using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Instruments;
using Quittance.Core.Payments;
using Quittance.Dialects.OracleBrm;
using static Quittance.Tests.TmfSamples;

namespace Quittance.Tests;

public sealed class OracleBrmResponsesTests
{
    [Fact]
    public void A_payment_has_every_attribute_of_the_documentations_answer_and_in_its_order()
    {
        var command = Read(
            """
            {"@type": "Payment_Create", "account": {"id": "0.0.0.1+-account+51207"},
             "paymentMethod": {"id": "visa-home", "@type": "PaymentMethodRef", "@referredType": "bankCard"},
             "totalAmount": {"unit": "USD", "value": 42.50}, "correlatorId": "kiosk-3-8841", "description": "March instalment"}
            """,
            body => OracleBrmRequests.Payment(body, TmfSamples.Origin, NewId)).Command;
        var view = View(command, PaymentStatus.Captured, "Ada Nkemelu");
        view = view with
        {
            Instrument = new Instrument(
                new InstrumentId(Merchant, NewId()), view.Account.Id, "visa-home", PaymentMethod.BankCard, "Ada's Visa"),
        };

        Assert.Equal(
            """
            {"id":"0.0.0.1+-item-payment+300114","href":"https://bill.example/brm/payment/v4/payment/0.0.0.1+-item-payment+300114",
            "authorizationCode":null,"correlatorId":"kiosk-3-8841","description":"March instalment","name":null,
            "paymentDate":"2027-03-04T15:02:41.000Z","status":"done","statusDate":"2027-03-04T15:02:41.000Z",
            "account":{"id":"0.0.0.1+-account+51207","href":null,"description":null,"name":"Ada Nkemelu",
            "@baseType":null,"@schemaLocation":null,"@type":null,"@referredType":"billingAccount"},
            "amount":null,"channel":null,"payer":null,"paymentItem":null,
            "paymentMethod":{"id":"visa-home","href":"https://bill.example/brm/paymentMethods/v1/paymentMethod/visa-home",
            "description":null,"isPreferred":null,"name":"Ada's Visa","status":null,"statusDate":null,"account":null,
            "relatedParty":null,"validFor":null,"@baseType":"PaymentMethodRefOrValue","@schemaLocation":null,
            "@type":"PaymentMethodRefOrValue","@referredType":null},
            "taxAmount":null,
            "totalAmount":{"unit":"USD","value":42.5,"@baseType":null,"@schemaLocation":null,"@type":null},
            "@baseType":"Payment","@schemaLocation":null,"@type":"Payment"}
            """.ReplaceLineEndings(""),
            Written(view));
    }

    [Fact]
    public void Items_are_the_bills_that_the_payment_settles_now()
    {
        var view = ForeignView() with
        {
            Allocations =
            [
                new Allocation(ChargeOf("0.0.0.1+-bill+60001", "B1-101", 64), 4000),
                new Allocation(ChargeOf("1-services", "INV-9", 96), 550),
            ],
        };

        Assert.Contains(
            """
            "paymentItem":[{"id":"0.0.0.1+-bill+60001","amount":null,"item":{"id":"B1-101",
            "href":"https://bill.example/brm/customerBillManagement/v4/customerBill/0.0.0.1+-bill+60001","name":null,
            "@baseType":null,"@schemaLocation":null,"@type":null,"@referredType":"CustomerBill"},"taxAmount":null,
            "totalAmount":{"unit":"USD","value":40,"@baseType":null,"@schemaLocation":null,"@type":null},
            "@baseType":null,"@schemaLocation":null,"@type":null},
            {"id":"0.9.9.9+-bill+96","amount":null,"item":{"id":"0.9.9.9+-bill+96",
            """.ReplaceLineEndings(""),
            Written(view), StringComparison.Ordinal);
    }

    [Fact]
    public void A_payment_of_another_dialect_shows_the_accounts_POID_and_the_methods_kind()
    {
        var written = Written(ForeignView());

        Assert.Contains("""
            "account":{"id":"0.9.9.9+-account+99",
            """.Trim(), written, StringComparison.Ordinal);
        Assert.Contains("""
            "paymentMethod":{"id":"Check","href":null,
            """.Trim(), written, StringComparison.Ordinal);
        Assert.Contains("""
            "account":{"id":"0.0.0.1+-account+84808",
            """.Trim(),
            Written(ForeignView() with
            {
                AccountNames = [Named("midnight", "customer", "3"),
                Named("oracle-brm", "account", "0.0.0.1+-account+84808")]
            }),
            StringComparison.Ordinal);
    }

    private static string Written(PaymentView view) =>
        TmfSamples.Written(json => OracleBrmResponses.Payment(json, view, OracleBrmResponses.PaymentHref(Address, view.Payment), Address));

    private static PaymentView ForeignView() => View(
        new RecordPayment(TmfSamples.Origin, default, new PaymentId(Merchant, NewId()), "midnight")
        {
            Amount = new Money(5000, Usd),
            Method = PaymentMethod.Check,
            Details = """{"anything":[1]}""",
        },
        PaymentStatus.Captured);

    private static Charge ChargeOf(string reference, string document, long number) => new(
        new ChargeId(Merchant, NewId()), new AccountId(Merchant, NewId()), null, number, "bill", reference, document, null,
        new DateOnly(2027, 1, 1), new Money(10_000, Usd), 0, 0);
}
