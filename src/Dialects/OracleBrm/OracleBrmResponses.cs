using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Payments;
using Quittance.Dialects.Http;
using Quittance.Dialects.Tmf676.Resources;

namespace Quittance.Dialects.OracleBrm;

/// <summary>
/// Writes the answers of Oracle BRM: every attribute, with null where it has no value (Oracle BRM 3.2).
/// </summary>
public static class OracleBrmResponses
{
    /// <summary>The type of a payment in answers.</summary>
    internal const string PaymentType = "Payment";

    private const string AccountType = "billingAccount";
    private const string BillType = "CustomerBill";
    private const string MethodType = "PaymentMethodRefOrValue";

    /// <summary>The address of a payment; always of version v4 (Oracle BRM 5.19).</summary>
    public static string PaymentHref(PublicAddress address, Payment payment) =>
        $"{address.Base}/brm/payment/v4/payment/{Poid.OfPayment(payment.Number)}";

    /// <summary>Writes a payment, whichever dialect it came through.</summary>
    public static void Payment(Utf8JsonWriter json, PaymentView view, string href, PublicAddress address)
    {
        var payment = view.Payment;
        var said = TmfPayment.Of(view);
        var writer = new TmfWriter(json, writesNulls: true);
        json.WriteStartObject();
        said.WriteHead(writer, payment, Poid.OfPayment(payment.Number).ToString(), href);
        writer.Object("account", AccountOf(view, said));
        writer.Object("amount", said.Amount);
        writer.Object("channel", said.Channel);
        writer.Object("payer", said.Payer);
        writer.Objects("paymentItem", [.. view.Allocations.Select(allocation => ItemOf(allocation, address))]);
        writer.Object("paymentMethod", MethodOf(view, said.Method, address));
        writer.Object("taxAmount", said.TaxAmount);
        writer.Object("totalAmount", new TmfMoney(payment.Amount, said.TotalAmount?.Tags ?? default));
        writer.Text("@baseType", PaymentType);
        writer.Text("@schemaLocation", said.Tags.SchemaLocation);
        writer.Text("@type", PaymentType);
        json.WriteEndObject();
    }

    /// <summary>The account under the id that the client used, with the customer's name.</summary>
    private static TmfReference AccountOf(PaymentView view, TmfPayment said)
    {
        var account = said.AccountOf(view, TmfNames.OracleBrm, Poid.OfAccount(view.Account.Number).ToString(), AccountType);
        return account with { Name = view.Account.Name ?? account.Name };
    }

    /// <summary>
    /// The method with the id that the client used and the name we know it by. A payment of another mount without an
    /// instrument shows its kind as id, since BRM's clients rely on there being one.
    /// </summary>
    private static TmfMethod MethodOf(PaymentView view, TmfMethod said, PublicAddress address) => said with
    {
        Id = said.Id ?? TmfWords.Word(view.Payment.Method) ?? nameof(PaymentMethod.Unspecified),
        Href = view.Instrument is null ? said.Href : $"{address.Base}/brm/paymentMethods/v1/paymentMethod/{Escaped(said.Id!)}",
        Name = view.Instrument?.Name ?? said.Name,
        Tags = said.Tags with { BaseType = MethodType, Type = MethodType, ReferredType = null },
    };

    /// <summary>
    /// A bill that the payment settles (Oracle BRM 3.5): the item has its POID as id, the bill its number.
    /// </summary>
    private static TmfItem ItemOf(Allocation allocation, PublicAddress address)
    {
        var charge = allocation.Charge;
        var poid = PoidOf(charge);
        var bill = new TmfReference(TmfReferenceKind.Entity, (poid.IsOwn ? null : charge.Document) ?? poid.ToString())
        {
            Href = $"{address.Base}/brm/customerBillManagement/v4/customerBill/{poid}",
            Tags = new TmfTags { ReferredType = BillType },
        };
        return new TmfItem(bill)
        {
            Id = poid.ToString(),
            TotalAmount = new TmfMoney(new Money(allocation.AmountMinor, charge.Amount.Currency)),
        };
    }

    private static Poid PoidOf(Charge charge) =>
        charge.Reference is { } reference && Poid.TryParse(reference, out var poid) && poid.Class == Poid.BillClass
            ? poid
            : Poid.OfBill(charge.Number);

    /// <summary>An id within a path; <c>+</c> stays as it is, as in Oracle's own addresses (Oracle BRM 4.2).</summary>
    private static string Escaped(string id) => Uri.EscapeDataString(id).Replace("%2B", "+", StringComparison.Ordinal);
}
