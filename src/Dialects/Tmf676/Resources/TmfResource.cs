using System.Text;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;
using Quittance.Dialects.Http.Json;
using Quittance.Dialects.OpenApi;

namespace Quittance.Dialects.Tmf676.Resources;

/// <summary>A request to record a payment, read and found to be well formed.</summary>
/// <param name="Command">The command that records it.</param>
/// <param name="CorrelatorId">The client's own reference for the payment.</param>
/// <param name="PartAttribute">The attribute that names the bill of a part of the command, with <c>{0}</c> for the part's index.</param>
public sealed record TmfRequest(RecordPayment Command, string? CorrelatorId, string PartAttribute)
{
    /// <summary>The bill unit that it is for, as a name of an account; null where it names none (Oracle BRM).</summary>
    public Reference? BillUnit { get; init; }

    /// <summary>The attribute that names the bill which a fault is about; null for the payment as a whole.</summary>
    public string? PlaceOf(Fault fault) =>
        fault.Part < 0 ? null : PartAttribute.Replace("{0}", fault.Part.ToString(), StringComparison.Ordinal);
}

/// <summary>
/// A payment or a refund (TMF676 3.2, 3.3). The books keep the client's attributes as its details, so that every later answer shows them
/// again; an answer adds what the server knows.
/// </summary>
public sealed record TmfResource : TmfObject
{
    private static readonly Resource<TmfResource> StoredPayment = TmfShapes.Stored.Payment("Payment", "What is kept of a payment.");
    private static readonly Resource<TmfResource> StoredRefund = TmfShapes.Stored.Refund("Refund", "What is kept of a refund.");

    /// <summary>Its id on the mount; of answers only.</summary>
    public string? Id { get; set; }

    /// <summary>Its address on the mount; of answers only.</summary>
    public string? Href { get; set; }

    /// <summary>The authorisation code of an external gateway.</summary>
    public string? AuthorizationCode { get; set; }

    /// <summary>The client's own reference.</summary>
    public string? CorrelatorId { get; set; }

    public string? Description { get; set; }

    public string? Name { get; set; }

    /// <summary>When the money came in, or went back; a client may say it of a refund.</summary>
    public DateTimeOffset? Date { get; set; }

    /// <summary>Of answers only.</summary>
    public string? Status { get; set; }

    /// <summary>Of answers only.</summary>
    public DateTimeOffset? StatusDate { get; set; }

    /// <summary>The account it is for; null where no TMF client named one.</summary>
    public TmfReference? Account { get; set; }

    /// <summary>The amount without tax.</summary>
    public TmfMoney? Amount { get; set; }

    /// <summary>The channel through which it came.</summary>
    public TmfReference? Channel { get; set; }

    /// <summary>The payer.</summary>
    public TmfReference? Payer { get; set; }

    /// <summary>The payment that is refunded.</summary>
    public TmfReference? Payment { get; set; }

    /// <summary>The bills that a payment is meant for.</summary>
    public IReadOnlyList<TmfItem> Items { get; set; } = [];

    public TmfMethod Method { get; set; } = new();

    /// <summary>The person who asks for a refund.</summary>
    public TmfReference? Requestor { get; set; }

    public TmfMoney? TaxAmount { get; set; }

    /// <summary>The whole amount. The details keep only its type: the amount stands in the payment or the refund itself.</summary>
    public TmfMoney? TotalAmount { get; set; }

    /// <summary>A payment as the clients of both TMF mounts, or the engine alone, know it.</summary>
    public static TmfResource Of(PaymentView view)
    {
        var payment = view.Payment;
        var details = FromDetails(StoredPayment, payment.Dialect, payment.Details)
            ?? new TmfResource { Method = TmfWords.Method(payment.Method, view.Instrument) };
        return details with
        {
            Date = payment.Status == PaymentStatus.Captured ? payment.StatusAt : null,
            Status = TmfWords.Status(payment.Status),
            StatusDate = payment.StatusAt,
            TotalAmount = Whole(payment.Amount, details),
        };
    }

    /// <summary>A refund as the clients of both TMF mounts, or the engine alone, know it.</summary>
    public static TmfResource Of(RefundView view)
    {
        var refund = view.Refund;
        var details = FromDetails(StoredRefund, refund.Dialect, refund.Details) ?? new TmfResource();
        return details with
        {
            Status = TmfWords.Status(refund.Status),
            StatusDate = refund.StatusAt,
            TotalAmount = Whole(refund.Amount, details),
        };
    }

    /// <summary>
    /// The account as the clients of a mount know it: as they named it here, else by their own name for it.
    /// </summary>
    /// <param name="known">The account.</param>
    /// <param name="knownNames">The names that clients have for it.</param>
    /// <param name="cameThrough">The dialect whose clients have named it here.</param>
    /// <param name="dialect">The mount.</param>
    /// <param name="otherwise">The id to show where its clients have none.</param>
    /// <param name="referredType">The type to show where the client said none.</param>
    internal TmfReference AccountOf(
        Account known, IReadOnlyList<Reference> knownNames, string cameThrough, string dialect, string otherwise, string referredType)
    {
        var account = cameThrough == dialect && Account is { } said
            ? said : new TmfReference(NameOf(TmfNames.Account) ?? NameOf(TmfNames.AccountNumber) ?? otherwise);
        // A name that only the payer has told us stands with the payer.
        var name = account.Name ?? (known.Name == Payer?.Name ? null : known.Name);
        return account with { Name = name, ReferredType = account.ReferredType ?? referredType };

        string? NameOf(string kind) => knownNames.FirstOrDefault(name => name.Dialect == dialect && name.Kind == kind).Value;
    }

    /// <summary>The details that the books keep with a payment, as compact JSON.</summary>
    public string ToPaymentDetails() => ToDetails(StoredPayment);

    /// <summary>The details that the books keep with a refund, as compact JSON.</summary>
    public string ToRefundDetails() => ToDetails(StoredRefund);

    /// <summary>
    /// Adds faults for amounts that do not fit each other (TMF676 4.3): all in the currency of the total, amount
    /// and tax together the total, items within the total.
    /// </summary>
    public void CheckAmounts(JsonFields fields)
    {
        var total = TotalAmount?.Amount;
        new TmfAmounts(Amount, TaxAmount, TotalAmount).Check(total?.Currency, "", fields);

        var itemsMinor = 0L;
        for (var index = 0; index < Items.Count; index++)
        {
            var item = Items[index].Amounts;
            if (item.Check(total?.Currency, $"paymentItem[{index}].", fields))
                itemsMinor += item.Whole?.AmountMinor ?? 0;
        }

        if (itemsMinor > total?.AmountMinor)
            fields.Refuse("paymentItem", FieldProblem.OutOfRange, "items that add up to no more than totalAmount");
    }

    /// <summary>Reads details that a TMF mount has stored; null where another dialect has, or where there are none any more.</summary>
    private static TmfResource? FromDetails(Resource<TmfResource> shape, string dialect, string? stored)
    {
        if (dialect is not (TmfNames.Tmf676 or TmfNames.OracleBrm) || stored is null)
            return null;
        if (!JsonBody.TryParse(Encoding.UTF8.GetBytes(stored), out var details, out _))
            throw new InvalidOperationException("Details are not what was stored.");
        using (details)
            return shape.Read(details.Object()!, new TmfResource());
    }

    private static TmfMoney Whole(Money? amount, TmfResource details) =>
        (details.TotalAmount ?? new TmfMoney(null)) with { Amount = amount };

    private string ToDetails(Resource<TmfResource> shape)
    {
        var kept = this with { TotalAmount = TotalAmount is { HasType: true } total ? total with { Amount = null } : null };
        return JsonOutput.Text(json => shape.Write(json, kept));
    }
}
