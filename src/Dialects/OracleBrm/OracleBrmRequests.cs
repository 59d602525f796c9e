using Quittance.Core.Accounts;
using Quittance.Core.Engine;
using Quittance.Core.Payments;
using Quittance.Dialects.Http;
using Quittance.Dialects.Tmf676.Resources;

namespace Quittance.Dialects.OracleBrm;

/// <summary>Reads the requests of Oracle BRM's clients.</summary>
public static class OracleBrmRequests
{
    private const string Create = "Payment_Create";
    private const string CreateOracle = "Payment_CreateOracle";
    private const string ItemAttribute = "paymentItem[{0}].item.id";
    private const string BillAttribute = "bills[{0}].id";

    internal static readonly string[] Ignored = ["id", "href", "status", "statusDate", "paymentDate"];

    internal static readonly TmfRules Rules = new() { RefusesUnknown = true, AsksForMethodId = true };

    /// <summary>
    /// Reads a payment to create (Oracle BRM 3.1, 3.3, 4 and 5). Null, with faults in the body, when it is not well
    /// formed.
    /// </summary>
    /// <param name="body">The body.</param>
    /// <param name="origin">Who sends it.</param>
    /// <param name="newId">Gives new ids.</param>
    public static TmfRequest? Payment(JsonBody body, Origin origin, Func<Guid> newId)
    {
        if (body.Object() is not { } fields)
            return null;
        var payment = TmfPayment.Read(fields, Rules);
        var bills = ReadBills(fields);
        var billUnit = TmfReference.Read(fields, "billingCycleSpecification", TmfReferenceKind.Entity, Rules);
        foreach (var name in Ignored)
            fields.Has(name);
        fields.RefuseUnknown();
        if (body.Faults.Count > 0)
            return null;

        Check(payment, bills, billUnit, fields);
        if (body.Faults.Count > 0)
            return null;

        var parts = payment.Items.Count > 0
            ? payment.Items.Select(item => PartOf(item, origin))
            : bills.Select(bill => Part.ChargeUpTo(BillOf(bill.Id, origin)));
        var account = AccountOf(payment.Account!.Id, origin);
        var command = WithMethod(
            new RecordPayment(origin, account, new PaymentId(origin.Merchant, newId()), TmfNames.OracleBrm)
            {
                Amount = payment.TotalAmount!.Amount,
                InAccountCurrencyOnly = true,
                Parts = [.. parts],

                // Answers show what the payment settles now, not what was asked for; and they have a type of their own.
                Details = (payment with { Items = [], Tags = payment.Tags with { BaseType = null, Type = null } }).ToDetails(),
            },
            payment.Method,
            payment.AuthorizationCode is { Length: > 0 });
        return new TmfRequest(command, payment.CorrelatorId, payment.Items.Count > 0 ? ItemAttribute : BillAttribute)
        {
            Unknown = billUnit is null ? null : OracleBrmErrors.BillUnitUnknown(),
        };
    }

    private static List<TmfReference> ReadBills(JsonFields fields)
    {
        List<TmfReference> bills = [];
        foreach (var item in fields.Array("bills", TmfLength.Items)?.Objects() ?? [])
        {
            if (TmfReference.Read(item, TmfReferenceKind.Entity, Rules) is { } bill)
                bills.Add(bill);
        }

        return bills;
    }

    private static void Check(TmfPayment payment, List<TmfReference> bills, TmfReference? billUnit, JsonFields fields)
    {
        var isExtended = payment.Tags.Type == CreateOracle;
        if (payment.Tags.Type is not (null or Create or CreateOracle))
            fields.Refuse("@type", FieldProblem.NotInList, $"{Create} or {CreateOracle}");
        else if (!isExtended && (fields.Has("bills") || billUnit is not null))
            fields.Refuse("@type", FieldProblem.NotInList, $"{CreateOracle} for bills or a billingCycleSpecification");

        CheckClass(payment.Account!.Id, "account.id", Poid.AccountClass, fields);
        CheckMethod(payment.Method, isExtended, fields);
        payment.CheckAmounts(fields);
        CheckBills([.. payment.Items.Select(item => item.Bill.Id)], ItemAttribute, fields);
        CheckBills([.. bills.Select(bill => bill.Id)], BillAttribute, fields);
        if (billUnit is not null)
            CheckClass(billUnit.Id, "billingCycleSpecification.id", Poid.BillUnitClass, fields);
    }

    /// <summary>The method's type and kind (Oracle BRM 3.1, 5.5, 5.6).</summary>
    private static void CheckMethod(TmfMethod method, bool isExtended, JsonFields fields)
    {
        const string Types = "PaymentMethodRef, Cash or Check";
        const string Kinds = "bankCard, tokenizedCard or bankAccountDebit";

        if (method.Tags.Type is null && !isExtended)
            fields.Refuse("paymentMethod.@type", FieldProblem.Missing, Types);
        else if (method.Tags.Type is not (null or TmfWords.MethodReference or "Cash" or "Check"))
            fields.Refuse("paymentMethod.@type", FieldProblem.NotInList, Types);
        else if (IsReference(method))
            CheckReference(method, isExtended, Kinds, fields);
    }

    private static void CheckReference(TmfMethod method, bool isExtended, string kinds, JsonFields fields)
    {
        if (method.Tags.ReferredType is { } kind && KindOf(kind) is null)
            fields.Refuse("paymentMethod.@referredType", FieldProblem.NotInList, kinds);
        else if (method.Tags.ReferredType is null && !isExtended)
            fields.Refuse("paymentMethod.@referredType", FieldProblem.Missing, kinds);
        if (Poid.TryParse(method.Id!, out var poid) && !poid.Class.StartsWith(Poid.MethodClassPrefix, StringComparison.Ordinal))
            fields.Refuse("paymentMethod.id", FieldProblem.Malformed, $"a POID whose class begins with {Poid.MethodClassPrefix}");
    }

    /// <summary>
    /// A POID of the wrong class is a mistake of the client's, and not only an unknown id (Oracle BRM 4.4).
    /// </summary>
    private static void CheckClass(string id, string attribute, string wanted, JsonFields fields)
    {
        if (Poid.TryParse(id, out var poid) && poid.Class != wanted)
            fields.Refuse(attribute, FieldProblem.Malformed, $"a POID of class {wanted}");
    }

    /// <summary>The bills' ids: of the right class, and each only once (Oracle BRM 4.8).</summary>
    private static void CheckBills(string[] ids, string attribute, JsonFields fields)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var index = 0; index < ids.Length; index++)
        {
            var place = attribute.Replace("{0}", index.ToString(), StringComparison.Ordinal);
            CheckClass(ids[index], place, Poid.BillClass, fields);
            if (!seen.Add(ids[index]))
                fields.Refuse(place, FieldProblem.Malformed, "each bill only once");
        }
    }

    /// <summary>
    /// How the payment was made, who holds its money, and where that goes (Oracle BRM 5.2, 5.7, 5.9).
    /// </summary>
    private static RecordPayment WithMethod(RecordPayment command, TmfMethod method, bool isAuthorised)
    {
        if (!IsReference(method))
            return command with { Method = TmfWords.Method(method.Tags.Type)!.Value, ReceivedBy = ClearingProvider.Cash };

        return command with
        {
            Instrument = Named(TmfNames.PaymentMethod, method.Id!, command.Origin),
            InstrumentMethod = KindOf(method.Tags.ReferredType),

            // Oracle BRM 3.1, 5.2: who has a gateway's code has its money. Otherwise it is the method that tells who was or is to be asked.
            ReceivedBy = isAuthorised ? ClearingProvider.Gateway : null,
            ReceivedByIfInstrumentKnown = ClearingProvider.Gateway,
            Remainder = command.Parts.Count == 0 ? Remainder.OldestDueFirst : Remainder.Credit,
        };
    }

    private static bool IsReference(TmfMethod method) => method.Tags.Type is null or TmfWords.MethodReference;

    private static PaymentMethod? KindOf(string? referredType) => TmfWords.Method(referredType) switch
    {
        (PaymentMethod.BankCard or PaymentMethod.TokenizedCard or PaymentMethod.BankAccountDebit) and var kind => kind,
        _ => null,
    };

    private static Part PartOf(TmfItem item, Origin origin)
    {
        var bill = BillOf(item.Bill.Id, origin);
        return item.Amounts.Whole is { } amount ? Part.Charge(bill, amount.AmountMinor) : Part.ChargeUpTo(bill);
    }

    /// <summary>An account by its POID or its number; accounts without a POID of Oracle's have one of ours.</summary>
    private static AccountTarget AccountOf(string id, Origin origin)
    {
        if (!Poid.TryParse(id, out var poid))
            return AccountTarget.Named(Named(TmfNames.AccountNumber, id, origin));
        return poid.IsOwn
            ? AccountTarget.Named(Reference.ToAccountNumber(origin.Merchant, poid.Number))
            : AccountTarget.Named(Named(TmfNames.Account, id, origin));
    }

    /// <summary>A bill by its POID or its number; bills without a POID of Oracle's have one of ours.</summary>
    private static Reference BillOf(string id, Origin origin)
    {
        if (!Poid.TryParse(id, out var poid))
            return Named(TmfNames.BillNumber, id, origin);
        return poid.IsOwn ? Reference.ToChargeNumber(origin.Merchant, poid.Number) : Named(TmfNames.Bill, id, origin);
    }

    private static Reference Named(string kind, string value, Origin origin) =>
        new(origin.Merchant, TmfNames.OracleBrm, kind, value);
}
