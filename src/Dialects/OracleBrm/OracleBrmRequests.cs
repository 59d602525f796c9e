using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Dialects.Http.Json;
using Quittance.Dialects.OpenApi;
using Quittance.Dialects.Tmf676.Resources;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Shape;

namespace Quittance.Dialects.OracleBrm;

/// <summary>A payment to record, with what only this API's clients say of it (Oracle BRM 3.3).</summary>
internal sealed record OracleBrmPaymentRequest
{
    public TmfResource Payment { get; } = new();

    /// <summary>The bills to pay, in this order.</summary>
    public IReadOnlyList<TmfReference> Bills { get; set; } = [];

    public TmfReference? BillUnit { get; set; }
}

/// <summary>A bill of an allocation, and what it gets: above zero.</summary>
internal sealed record OracleBrmAllocatedBill
{
    public string Bill { get; set; } = "";

    public Money Amount { get; set; }
}

/// <summary>A request to settle bills with money that a payment has left (Oracle BRM 3.6).</summary>
internal sealed record OracleBrmAllocation
{
    /// <summary>The payment's POID, item number or our id.</summary>
    public string Payment { get; set; } = "";

    public IReadOnlyList<OracleBrmAllocatedBill> Bills { get; set; } = [];

    /// <summary>Whether the client sent a list without bills.</summary>
    public bool IsEmpty { get; set; }
}

/// <summary>Reads the requests of Oracle BRM's clients.</summary>
public static class OracleBrmRequests
{
    internal const string Create = "Payment_Create";
    internal const string CreateOracle = "Payment_CreateOracle";
    private const string ItemAttribute = "paymentItem[{0}].item.id";
    private const string BillAttribute = "bills[{0}].id";

    private const string Types =
        "PaymentMethodRef, Cash, Check, Voucher, BankCard, TokenizedCard, BankAccountDebit, BankAccountTransfer, DigitalWallet, "
        + "LoyaltyAccount or AccountPayment";

    private const string Kinds =
        "bankCard, tokenizedCard, bankAccountDebit, bankAccountTransfer, digitalWallet, loyaltyAccount, accountPayment or voucher";

    internal const string CreateRefund = "Refund_Create";

    /// <summary>The attribute that names a bill of an allocation, with <c>{0}</c> for its index.</summary>
    internal const string AllocatedAttribute = "bill[{0}].id";

    /// <summary>How strictly resources are read.</summary>
    private static readonly TmfShapes Shapes =
        TmfShapes.Read(new TmfRules { RefusesUnknown = true, AsksForMethodId = true, TakesZeroTax = true });

    /// <summary>A payment as clients send it.</summary>
    internal static readonly Resource<OracleBrmPaymentRequest> PaymentCreate = new(
        Create, "A payment to record. `bills` and `billingCycleSpecification` need the type Payment_CreateOracle.", isClosed: true)
    {
        { Shapes.Payment("", "", TypesOf(Create, CreateOracle)), it => it.Payment },
        { Optional("bills", List(Shapes.Entity, "The bills to pay, in this order, each as far as the money goes.", TmfLength.Items))
                .ReadLater(),
            Shapes.Entity, it => it.Bills, (it, bills) => it.Bills = TmfShapes.ReadReferences(Shapes.Entity, bills) },
        { Optional("billingCycleSpecification", Shapes.Entity, "A bill unit of the account.").ReadLater(), Shapes.Entity,
            it => it.BillUnit, (it, unit) => it.BillUnit = TmfShapes.ReadReference(Shapes.Entity, unit) },
    };

    /// <summary>A refund as clients send it.</summary>
    internal static readonly Resource<TmfResource> RefundCreate = Shapes.Refund(
        "Refund", "A refund to make: of its payment, or else of the account's credit.", TypesOf(CreateRefund));

    private static readonly Resource<OracleBrmAllocatedBill> AllocatedBill =
        new("AllocatedBill_Create", "What a bill gets.", isClosed: true)
    {
        { Required("id", Text("The bill's POID or its number.", TmfLength.Id, 1)), it => it.Bill, (it, text) => it.Bill = text ?? "" },
        { Required("allocatedAmount", Shapes.Money), Shapes.Money,
            it => new TmfMoney(it.Amount), (it, money) => it.Amount = Shapes.ReadMoney(money).Amount ?? default },
    };

    /// <summary>An allocation as clients send it.</summary>
    internal static readonly Resource<OracleBrmAllocation> AllocationCreate = new(
        "PaymentAllocation_Create", "Bills to settle with what a payment has left: all of them or none.", isClosed: true)
    {
        { Required("paymentId", Text("The payment's POID or its number.", TmfLength.Id, 1)),
            it => it.Payment, (it, text) => it.Payment = text ?? "" },
        { Required("bill", List(AllocatedBill, "The bills, each once.", TmfLength.Items, 1)), AllocatedBill, it => it.Bills,
            (it, bills) => (it.IsEmpty, it.Bills) =
                (bills.Count == 0, [.. bills.Objects().Select(bill => AllocatedBill.Read(bill, new OracleBrmAllocatedBill()))]) },
    };

    /// <summary>
    /// Reads a payment to create (Oracle BRM 3.1, 3.3, 4 and 5). Null, with faults in the body, when it is not well
    /// formed.
    /// </summary>
    /// <param name="origin">The credential of the sender.</param>
    /// <param name="newId">Gives new ids.</param>
    public static TmfRequest? Payment(JsonBody body, Origin origin, Func<Guid> newId)
    {
        if (body.Object() is not { } fields)
            return null;
        var request = PaymentCreate.Read(fields, new OracleBrmPaymentRequest());
        if (body.Faults.Count > 0)
            return null;

        var (payment, bills, billUnit) = (request.Payment, request.Bills, request.BillUnit);
        Check(payment, bills, billUnit, fields);
        if (body.Faults.Count > 0)
            return null;

        var parts = payment.Items.Count > 0
            ? payment.Items.Select(item => PartOf(item, origin))
            : bills.Select(bill => Part.ChargeUpTo(OracleBrmNames.Bill(bill.Id, origin.Merchant)));
        var account = AccountTarget.Named(OracleBrmNames.Account(payment.Account!.Id, origin.Merchant));
        var command = WithMethod(
            new RecordPayment(origin, account, new PaymentId(origin.Merchant, newId()), TmfNames.OracleBrm)
            {
                Amount = payment.TotalAmount!.Amount,

                // Oracle BRM 5.7: what is for bills or a bill unit is made with that unit's own method.
                InOwnInstrumentOnly = payment.Type == CreateOracle,
                Parts = [.. parts],

                // Answers show what the payment settles now, not what was asked for; and they have a type of their own.
                Details = (payment with { Items = [], BaseType = null, Type = null }).ToPaymentDetails(),
            },
            payment.Method,
            payment.AuthorizationCode is { Length: > 0 });
        return new TmfRequest(command, payment.CorrelatorId, payment.Items.Count > 0 ? ItemAttribute : BillAttribute)
        {
            BillUnit = billUnit is null ? null : OracleBrmNames.BillUnit(billUnit.Id, origin.Merchant),
        };
    }

    /// <summary>
    /// Reads a refund to create (Oracle BRM 3.7). Null, with faults in the body, when it is not well formed.
    /// </summary>
    public static TmfResource? Refund(JsonBody body)
    {
        if (body.Object() is not { } fields)
            return null;
        var refund = RefundCreate.Read(fields, new TmfResource());
        if (body.Faults.Count > 0)
            return null;

        if (refund.Type is not (null or CreateRefund))
            fields.Refuse("@type", FieldProblem.NotInList, CreateRefund);
        CheckClass(refund.Account!.Id, "account.id", Poid.AccountClass, fields);
        if (refund.Payment is { } payment)
            CheckClass(payment.Id, "payment.id", Poid.PaymentClass, fields);
        if (refund.Method.Type is null)
            fields.Refuse("paymentMethod.@type", FieldProblem.Missing, Types);
        else if (refund.Method.Type != TmfWords.MethodReference && !IsTyped(refund.Method.Type))
            fields.Refuse("paymentMethod.@type", FieldProblem.NotInList, Types);
        else if (IsReference(refund.Method))
            CheckReference(refund.Method, asksForKind: false, fields);
        refund.CheckAmounts(fields);
        return refund with { BaseType = null, Type = null };
    }

    /// <summary>
    /// Reads an allocation (Oracle BRM 3.6, 4.8). Null, with faults in the body, when it is not well formed.
    /// </summary>
    internal static OracleBrmAllocation? Allocation(JsonBody body)
    {
        if (body.Object() is not { } fields)
            return null;
        var allocation = AllocationCreate.Read(fields, new OracleBrmAllocation());
        if (allocation.IsEmpty)
            fields.Refuse("bill", FieldProblem.TooShort, "at least one bill");
        if (body.Faults.Count > 0)
            return null;

        CheckClass(allocation.Payment, "paymentId", Poid.PaymentClass, fields);
        CheckBills([.. allocation.Bills.Select(bill => bill.Bill)], AllocatedAttribute, fields);
        return allocation;
    }

    private static void Check(TmfResource payment, IReadOnlyList<TmfReference> bills, TmfReference? billUnit, JsonFields fields)
    {
        var isExtended = payment.Type == CreateOracle;
        if (payment.Type is not (null or Create or CreateOracle))
            fields.Refuse("@type", FieldProblem.NotInList, $"{Create} or {CreateOracle}");
        else if (!isExtended && (fields.Has("bills") || billUnit is not null))
            fields.Refuse("@type", FieldProblem.NotInList, $"{CreateOracle} for bills or a billingCycleSpecification");

        CheckClass(payment.Account!.Id, "account.id", Poid.AccountClass, fields);
        CheckMethod(payment.Method, isExtended, fields);
        payment.CheckAmounts(fields);
        CheckBills([.. payment.Items.Select(item => item.Bill!.Id)], ItemAttribute, fields);
        CheckBills([.. bills.Select(bill => bill.Id)], BillAttribute, fields);
        if (billUnit is not null)
            CheckClass(billUnit.Id, "billingCycleSpecification.id", Poid.BillUnitClass, fields);
    }

    /// <summary>The method's type and kind (Oracle BRM 3.1, 5.5, 5.6): referred to, or described by its type.</summary>
    private static void CheckMethod(TmfMethod method, bool isExtended, JsonFields fields)
    {
        if (method.Type is null && !isExtended)
            fields.Refuse("paymentMethod.@type", FieldProblem.Missing, Types);
        else if (method.Type is { } type && type != TmfWords.MethodReference && !IsTyped(type))
            fields.Refuse("paymentMethod.@type", FieldProblem.NotInList, Types);
        else if (IsReference(method))
            CheckReference(method, asksForKind: !isExtended, fields);
    }

    private static void CheckReference(TmfMethod method, bool asksForKind, JsonFields fields)
    {
        if (method.ReferredType is { } kind && KindOf(kind) is null)
            fields.Refuse("paymentMethod.@referredType", FieldProblem.NotInList, Kinds);
        else if (method.ReferredType is null && asksForKind)
            fields.Refuse("paymentMethod.@referredType", FieldProblem.Missing, Kinds);
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
    /// How the payment was made, which provider holds its money, and what the money pays (Oracle BRM 5.2, 5.7, 5.9).
    /// </summary>
    private static RecordPayment WithMethod(RecordPayment command, TmfMethod method, bool isAuthorised)
    {
        if (!IsReference(method))
        {
            var made = TmfWords.Method(method.Type)!.Value;
            return command with { Method = made, ReceivedBy = ReceiverOf(made, isAuthorised) };
        }

        return command with
        {
            Instrument = OracleBrmNames.Method(method.Id!, command.Origin.Merchant),
            InstrumentMethod = KindOf(method.ReferredType),

            // Oracle BRM 3.1, 5.2: with a gateway's code, the gateway holds the money. Else the method decides which provider holds it or
            // is asked.
            ReceivedBy = isAuthorised ? ClearingProvider.Gateway : null,
            ReceivedByIfInstrumentKnown = ClearingProvider.Gateway,
            Remainder = command.Parts.Count == 0 ? Remainder.OldestDueFirst : Remainder.Credit,
        };
    }

    /// <summary>
    /// The provider that holds money paid by a method which the request describes: cash and transfers have arrived; of other methods only
    /// a gateway's code proves that the money was taken.
    /// </summary>
    private static string? ReceiverOf(PaymentMethod method, bool isAuthorised) => method switch
    {
        PaymentMethod.Cash or PaymentMethod.Check or PaymentMethod.Voucher => ClearingProvider.Cash,
        PaymentMethod.BankAccountTransfer => ClearingProvider.BankTransfer,
        PaymentMethod.Unspecified or PaymentMethod.BankCard or PaymentMethod.TokenizedCard or PaymentMethod.BankAccountDebit
            or PaymentMethod.DigitalWallet
            or PaymentMethod.Loyalty or PaymentMethod.Account => isAuthorised ? ClearingProvider.Gateway : null,
    };

    /// <summary>Whether it names a stored method.</summary>
    public static bool IsReference(TmfMethod method) => method.Type is null or TmfWords.MethodReference;

    /// <summary>Types are written to the letter; kinds of stored methods are not (Oracle BRM 5.6).</summary>
    private static bool IsTyped(string type) => TmfWords.Method(type) is { } method && TmfWords.Word(method) == type;

    private static PaymentMethod? KindOf(string? referredType) => TmfWords.Method(referredType) switch
    {
        PaymentMethod.Cash or PaymentMethod.Check => null,
        var kind => kind,
    };

    private static Part PartOf(TmfItem item, Origin origin)
    {
        var bill = OracleBrmNames.Bill(item.Bill!.Id, origin.Merchant);
        return item.Amounts.Whole is { } amount ? Part.Charge(bill, amount.AmountMinor) : Part.ChargeUpTo(bill);
    }

    private static Resource<TmfObject> TypesOf(params IReadOnlyList<string> types) =>
        Shapes.Types(Optional("@type", Word("Its type.", types)));
}
