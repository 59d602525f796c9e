using System.Text;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Instruments;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;
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
    public string? PlaceOf(Fault fault) =>
        fault.Part < 0 ? null : PartAttribute.Replace("{0}", fault.Part.ToString(), StringComparison.Ordinal);
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
    internal static string ToDetails(ITmfValue resource) => JsonOutput.Text(json =>
    {
        json.WriteStartObject();
        resource.Write(new TmfWriter(json, writesNulls: false));
        json.WriteEndObject();
    });

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

/// <summary>What a client says of a refund (TMF676 3.3), kept with it as its details.</summary>
/// <param name="Common">The attributes that payments have as well.</param>
public sealed record TmfRefund(TmfPayment Common) : ITmfValue
{
    /// <summary>The payment that is refunded.</summary>
    public TmfReference? Payment { get; init; }

    /// <summary>Who asks for it.</summary>
    public TmfReference? Requestor { get; init; }

    /// <summary>When it was performed, as the client says.</summary>
    public DateTimeOffset? RefundDate { get; init; }

    /// <summary>Reads the attributes that may be created, from a request or from details. Faults gather in the body.</summary>
    public static TmfRefund Read(JsonFields fields, TmfRules rules) => new(TmfPayment.ReadCommon(fields, rules))
    {
        Payment = TmfReference.Read(fields, "payment", TmfReferenceKind.Entity, rules),
        Requestor = TmfReference.Read(fields, "requestor", TmfReferenceKind.Party, rules),
        RefundDate = fields.DateTime("refundDate"),
    };

    /// <summary>What the clients of both TMF mounts, or the engine alone, know of a refund.</summary>
    public static TmfRefund Of(RefundView view) =>
        TmfPayment.Stored(view.Refund.Dialect, view.Refund.Details, fields => Read(fields, TmfRules.Stored))
            ?? new TmfRefund(new TmfPayment());

    /// <summary>What is kept with the refund: compact JSON.</summary>
    public string ToDetails() => TmfPayment.ToDetails(this);

    public void Write(TmfWriter writer)
    {
        Common.Write(writer);
        writer.Object("payment", Payment);
        writer.Object("requestor", Requestor);
        // To the last digit: what is shown is what was sent.
        writer.Text("refundDate", RefundDate?.UtcDateTime.ToString("O"));
    }
}

/// <summary>A part of a payment that is meant for a bill: PaymentItem (TMF676 3.4).</summary>
/// <param name="Bill">The bill.</param>
public sealed record TmfItem(TmfReference Bill) : ITmfValue
{
    /// <summary>The id of the item.</summary>
    public string? Id { get; init; }

    /// <summary>Its amount without tax.</summary>
    public TmfMoney? Amount { get; init; }

    public TmfMoney? TaxAmount { get; init; }

    /// <summary>Its whole amount. Without it, amount and tax together are; without these too, it is as much as is due.</summary>
    public TmfMoney? TotalAmount { get; init; }

    /// <summary>Its type.</summary>
    public TmfTags Tags { get; init; }

    internal TmfAmounts Amounts => new(Amount, TaxAmount, TotalAmount);

    public void Write(TmfWriter writer)
    {
        writer.Text("id", Id);
        writer.Object("amount", Amount);
        writer.Object("item", Bill);
        writer.Object("taxAmount", TaxAmount);
        writer.Object("totalAmount", TotalAmount);
        Tags.Write(writer);
    }

    /// <summary>Reads an item; null when the bill it is for can't be read.</summary>
    internal static TmfItem? Read(JsonFields fields, TmfRules rules)
    {
        var bill = TmfReference.Read(fields, "item", TmfReferenceKind.Entity, rules, required: true, rules.AsksForReferredType);
        var item = new TmfItem(bill ?? new TmfReference(TmfReferenceKind.Entity, ""))
        {
            Id = fields.Text("id", TmfLength.Id),
            Amount = TmfMoney.ReadOptional(fields, "amount", rules),
            TaxAmount = TmfMoney.ReadOptional(fields, "taxAmount", rules),
            TotalAmount = TmfMoney.ReadOptional(fields, "totalAmount", rules),
            Tags = TmfTags.Read(fields),
        };
        rules.Close(fields);
        return bill is null ? null : item;
    }
}

/// <summary>The amounts of a payment, or of one of its items, and how they belong together (TMF676 4.3).</summary>
/// <param name="Net">The amount without tax.</param>
/// <param name="Tax">The tax.</param>
/// <param name="Total">The whole amount.</param>
internal sealed record TmfAmounts(TmfMoney? Net, TmfMoney? Tax, TmfMoney? Total)
{
    /// <summary>
    /// The whole amount, given as such or as amount and tax; null where neither is given. Call <see cref="Check"/> first:
    /// amounts of different currencies have no sum.
    /// </summary>
    public Money? Whole => Total?.Amount ?? (Tax?.Amount is { } tax ? Net?.Amount + tax : Net?.Amount);

    /// <summary>
    /// Adds faults for amounts that can't be true together: of different currencies, above the whole, or with a sum that is
    /// not the whole. False when their currencies differ.
    /// </summary>
    /// <param name="currency">The currency that they must have; null for any.</param>
    /// <param name="place">What stands before the names of the amounts, such as <c>paymentItem[0].</c>.</param>
    /// <param name="fields">The payment.</param>
    public bool Check(Currency? currency, string place, JsonFields fields)
    {
        currency ??= (Total?.Amount ?? Net?.Amount ?? Tax?.Amount)?.Currency;
        var areOfOneCurrency = IsIn(currency, Total, $"{place}totalAmount", fields)
            & IsIn(currency, Net, $"{place}amount", fields)
            & IsIn(currency, Tax, $"{place}taxAmount", fields);
        if (areOfOneCurrency && Total?.Amount is { } total)
            CheckWithin(total, place, fields);
        return areOfOneCurrency;
    }

    private void CheckWithin(Money total, string place, JsonFields fields)
    {
        var (net, tax) = (Net?.Amount, Tax?.Amount);
        if (tax >= total)
            fields.Refuse($"{place}taxAmount.value", FieldProblem.OutOfRange, "less than totalAmount");
        else if (tax is not null && net is not null && net + tax != total)
            fields.Refuse($"{place}amount.value", FieldProblem.OutOfRange, "totalAmount less taxAmount");
        else if (net > total)
            fields.Refuse($"{place}amount.value", FieldProblem.OutOfRange, "no more than totalAmount");
    }

    private static bool IsIn(Currency? currency, TmfMoney? given, string name, JsonFields fields)
    {
        if (given?.Amount is not { } amount || amount.Currency == currency)
            return true;
        fields.Refuse($"{name}.unit", FieldProblem.NotInList, $"{currency!.Code}, as in the other amounts");
        return false;
    }
}
