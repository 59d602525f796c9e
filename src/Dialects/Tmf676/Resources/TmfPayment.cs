using System.Buffers;
using System.Text;
using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Instruments;
using Quittance.Core.Payments;
using Quittance.Dialects.Http;

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
    public string? PlaceOf(Fault fault) => fault.Part < 0 ? null : PartAttribute.Replace("{0}", fault.Part.ToString(), StringComparison.Ordinal);
}

/// <summary>
/// What a client says of a payment (TMF676 3.2). It is kept with the payment as its details, so that every
/// later answer shows it again.
/// </summary>
public sealed record TmfPayment : ITmfValue
{
    /// <summary>The authorisation code of an external gateway.</summary>
    public string? AuthorizationCode { get; init; }

    /// <summary>The client's own reference for the payment.</summary>
    public string? CorrelatorId { get; init; }

    /// <summary>Free text.</summary>
    public string? Description { get; init; }

    /// <summary>A name for the payment.</summary>
    public string? Name { get; init; }

    /// <summary>The account it is for; null where no TMF client named one.</summary>
    public TmfReference? Account { get; init; }

    /// <summary>The amount without tax.</summary>
    public TmfMoney? Amount { get; init; }

    /// <summary>The channel through which it came.</summary>
    public TmfReference? Channel { get; init; }

    /// <summary>Who paid.</summary>
    public TmfReference? Payer { get; init; }

    /// <summary>The bills it is meant for.</summary>
    public IReadOnlyList<TmfItem> Items { get; init; } = [];

    /// <summary>How it was made.</summary>
    public TmfMethod Method { get; init; } = new();

    /// <summary>The tax in it.</summary>
    public TmfMoney? TaxAmount { get; init; }

    /// <summary>The whole amount. The details keep only its tags: the amount stands in the payment itself.</summary>
    public TmfMoney? TotalAmount { get; init; }

    /// <summary>Its type.</summary>
    public TmfTags Tags { get; init; }

    /// <summary>
    /// Reads the attributes that may be created, from a request or from the details of a payment. Faults gather in the body.
    /// </summary>
    public static TmfPayment Read(JsonFields fields, TmfRules rules)
    {
        var payment = ReadCommon(fields, rules);
        return payment with
        {
            Payer = TmfReference.Read(fields, "payer", TmfReferenceKind.Party, rules),
            Items = ReadItems(fields, rules),
        };
    }

    /// <summary>Reads the attributes that refunds have as well.</summary>
    internal static TmfPayment ReadCommon(JsonFields fields, TmfRules rules)
    {
        var isRequest = rules != TmfRules.Stored;
        return new TmfPayment
        {
            AuthorizationCode = fields.Text("authorizationCode", TmfLength.Id),
            CorrelatorId = fields.Text("correlatorId", TmfLength.Id),
            // What people write freely may hold a card number, which must not be kept.
            Description = WithoutCards(fields.Text("description", TmfLength.Description)),
            Name = WithoutCards(fields.Text("name", TmfLength.Name)),
            Account = TmfReference.Read(fields, "account", TmfReferenceKind.Account, rules, required: isRequest),
            Amount = TmfMoney.ReadOptional(fields, "amount", rules),
            Channel = TmfReference.Read(fields, "channel", TmfReferenceKind.Entity, rules),
            Method = fields.Object("paymentMethod", isRequest) is { } method ? TmfMethod.Read(method, rules) : new TmfMethod(),
            TaxAmount = TmfMoney.ReadOptional(fields, "taxAmount", rules),
            TotalAmount = TmfMoney.Read(fields, "totalAmount", rules, required: isRequest),
            Tags = TmfTags.Read(fields),
        };
    }

    private static string? WithoutCards(string? text) => text is null ? null : CardNumberMask.Apply(text);

    /// <summary>What the clients of both TMF mounts, or the engine alone, know of a payment.</summary>
    public static TmfPayment Of(PaymentView view)
    {
        var payment = view.Payment;
        return Stored(payment.Dialect, payment.Details, fields => Read(fields, TmfRules.Stored))
            ?? new TmfPayment { Method = TmfWords.Method(payment.Method, view.Instrument) };
    }

    /// <summary>Reads details that a TMF mount has stored; null where another dialect has, or where there are none any more.</summary>
    internal static T? Stored<T>(string dialect, string? stored, Func<JsonFields, T> read)
        where T : class
    {
        if (dialect is not (TmfNames.Tmf676 or TmfNames.OracleBrm) || stored is null)
            return null;
        if (!JsonBody.TryParse(Encoding.UTF8.GetBytes(stored), out var details, out _))
            throw new InvalidOperationException("Details are not what was stored.");
        using (details)
            return read(details.Object()!);
    }

    /// <summary>
    /// The account as the clients of a mount know it: as they named it in this payment, else by their own name for it.
    /// </summary>
    /// <param name="view">The payment.</param>
    /// <param name="dialect">The mount.</param>
    /// <param name="otherwise">The id to show where its clients have none.</param>
    /// <param name="referredType">The type to show where the client said none.</param>
    public TmfReference AccountOf(PaymentView view, string dialect, string otherwise, string referredType) =>
        AccountOf(view.Account, view.AccountNames, view.Payment.Dialect, dialect, otherwise, referredType);

    /// <inheritdoc cref="AccountOf(PaymentView, string, string, string)"/>
    /// <param name="known">The account.</param>
    /// <param name="knownNames">The names that clients have for it.</param>
    /// <param name="cameThrough">The dialect whose clients have named it here.</param>
    /// <param name="dialect">The mount.</param>
    /// <param name="otherwise">The id to show where its clients have none.</param>
    /// <param name="referredType">The type to show where the client said none.</param>
    internal TmfReference AccountOf(
        Account known, IReadOnlyList<Reference> knownNames, string cameThrough, string dialect, string otherwise, string referredType)
    {
        var names = knownNames.Where(name => name.Dialect == dialect).ToLookup(name => name.Kind, name => name.Value);
        var id = names[TmfNames.Account].Concat(names[TmfNames.AccountNumber]).FirstOrDefault(otherwise);
        var account = cameThrough == dialect && Account is not null
            ? Account
            : new TmfReference(TmfReferenceKind.Account, id);
        return account with
        {
            Name = account.Name ?? known.Name,
            Tags = account.Tags with { ReferredType = account.Tags.ReferredType ?? referredType },
        };
    }

    /// <summary>What is kept with the payment: compact JSON.</summary>
    public string ToDetails() => ToDetails(this);

    /// <summary>What is kept of a resource: compact JSON.</summary>
    internal static string ToDetails(ITmfValue said)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, JsonOutput.Options))
        {
            json.WriteStartObject();
            said.Write(new TmfWriter(json, writesNulls: false));
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Writes the first attributes of an answer: what it is, and where it stands.</summary>
    /// <param name="writer">Where to write, within the object of the answer.</param>
    /// <param name="payment">The payment.</param>
    /// <param name="id">Its id on the mount.</param>
    /// <param name="href">Its address on the mount.</param>
    public void WriteHead(TmfWriter writer, Payment payment, string id, string href)
    {
        WriteHead(writer, id, href);
        writer.Moment("paymentDate", payment.Status == PaymentStatus.Captured ? payment.StatusAt : null);
        writer.Text("status", TmfWords.Status(payment.Status));
        writer.Moment("statusDate", payment.StatusAt);
    }

    /// <summary>Writes what it is, for a refund too.</summary>
    internal void WriteHead(TmfWriter writer, string id, string href)
    {
        writer.Text("id", id);
        writer.Text("href", href);
        writer.Text("authorizationCode", AuthorizationCode);
        writer.Text("correlatorId", CorrelatorId);
        writer.Text("description", Description);
        writer.Text("name", Name);
    }

    public void Write(TmfWriter writer)
    {
        writer.Text("authorizationCode", AuthorizationCode);
        writer.Text("correlatorId", CorrelatorId);
        writer.Text("description", Description);
        writer.Text("name", Name);
        writer.Object("account", Account);
        writer.Object("amount", Amount);
        writer.Object("channel", Channel);
        writer.Object("payer", Payer);
        writer.Objects("paymentItem", Items);
        writer.Object("paymentMethod", Method);
        writer.Object("taxAmount", TaxAmount);
        if (TotalAmount is { Tags.IsEmpty: false })
            writer.Object("totalAmount", TotalAmount with { Amount = null });
        Tags.Write(writer);
    }

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

    private static List<TmfItem> ReadItems(JsonFields fields, TmfRules rules)
    {
        List<TmfItem> items = [];
        foreach (var item in fields.Array("paymentItem", TmfLength.Items)?.Objects() ?? [])
        {
            if (TmfItem.Read(item, rules) is { } read)
                items.Add(read);
        }

        return items;
    }
}
