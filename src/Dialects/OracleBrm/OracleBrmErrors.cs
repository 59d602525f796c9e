using Quittance.Core;
using Quittance.Dialects.Http.Json;
using Quittance.Dialects.Tmf676;
using Quittance.Dialects.Tmf676.Resources;

namespace Quittance.Dialects.OracleBrm;

/// <summary>
/// The errors of Oracle BRM (Oracle BRM 3.9, 5.3). For errors around an operation and
/// in bodies they are those of the TMF676 mount.
/// </summary>
public static class OracleBrmErrors
{
    /// <summary>A query parameter that the operation does not have (Oracle BRM 5.4).</summary>
    public static TmfError UnknownParameter(string name)
    {
        var shown = JsonPath.Printable(name);
        return new TmfError(
            400, "unknownFilter", $"The parameter {shown} is unknown here.", "Leave it out, or check its spelling.");
    }

    /// <summary>A type that is not shown here (Oracle BRM 3.4).</summary>
    internal static TmfError UnknownType(OracleBrmResource resource) => new(
        400, "unknownFilter", $"The parameter @type may only be {resource.Type} or {resource.ExtendedType} here.",
        $"Leave it out, or use {resource.Type}.");

    /// <summary>An attribute that the type has not (Oracle BRM 5.13).</summary>
    internal static TmfError UnknownField(string name, OracleBrmResource resource) => TmfError.Invalid(
        $"fields names {JsonPath.Printable(name)}, which is no attribute of this type.",
        resource.Has(name, isExtended: true) ? $"Add @type={resource.ExtendedType}."
            : "Name first-level attributes, with commas between them.");

    /// <summary>A POID of something else (Oracle BRM 4.4).</summary>
    public static TmfError WrongClass(string attribute, Poid poid, string wanted) =>
        TmfError.Invalid($"{attribute} is a POID of class {poid.Class}.", $"Use a POID of class {wanted}, or a number.");

    /// <summary>A bill unit that is not known.</summary>
    public static TmfError BillUnitUnknown() => TmfError.NotFound(
        "billingCycleSpecification.id: no bill unit has this id.",
        "Leave billingCycleSpecification out: the payment goes to the one bill unit of the account.");

    /// <summary>A bill unit of another account, and so of other bills (Oracle BRM 4.9).</summary>
    public static TmfError BillUnitForeign() => TmfError.Invalid(
        "billingCycleSpecification.id: the bill unit is another account's.", "Use the bill unit of account.id, or leave it out.");

    /// <summary>A payment that is not known.</summary>
    /// <param name="attribute">The attribute that names it.</param>
    public static TmfError PaymentUnknown(string attribute) => TmfError.NotFound(
        $"{attribute}: no payment has this id.", "Use the POID or the item number of a payment.");

    /// <summary>More is to be allocated than the payment has left (Oracle BRM 4.8).</summary>
    public static TmfError ExceedsUnallocated(Money left, Money asked)
    {
        var reason = left.AmountMinor == 0 ? "The payment has no unallocated amount left."
            : "The payment has less unallocated amount left.";
        return TmfError.Conflict(
            asked.AmountMinor <= left.AmountMinor ? "What is left of the payment is kept for something else." : reason,
            $"Unallocated: {left}; requested: {asked}.");
    }

    /// <summary>Money that is to go to bills is in another currency than the payment (Oracle BRM 4.8).</summary>
    public static TmfError AllocatedInOtherCurrency(int bill, Currency currency) => TmfError.Invalid(
        $"bill[{bill}].allocatedAmount.unit is not the currency of the payment.", $"Use {currency.Code}.");

    /// <summary>A refund that the engine refused (Oracle BRM 5.16).</summary>
    /// <param name="refusal">Why.</param>
    /// <param name="isOfCredit">Whether it names no payment.</param>
    public static TmfError OfRefund(Refusal refusal, bool isOfCredit) => (refusal.Class(), refusal) switch
    {
        (_, Refusal.PaymentUnknown) => TmfError.NotFound(
            "payment.id: the account has no such payment.", "Use the POID or the item number of a payment of this account."),
        (_, Refusal.PaymentNotCaptured) =>
            TmfError.Conflict("payment.id: the money of this payment is not in the books.", "Look the payment up."),
        (_, Refusal.CurrencyMismatch) => TmfError.Invalid(
            "totalAmount.unit is not the currency of the payment.", "Use the currency of the payment."),
        (_, Refusal.ExceedsRefundable) when isOfCredit => TmfError.Conflict(
            "The account has not that much credit that can be given back, in its 1,000 oldest payments that have some.",
            "Refund at most the unallocated money."),
        (RefusalClass.UnderWay, _) => Tmf676Errors.OfRefund(refusal),
        (RefusalClass.Busy or RefusalClass.Unavailable or RefusalClass.Held or RefusalClass.Reused or RefusalClass.Unknown
            or RefusalClass.Conflict or RefusalClass.Invalid or RefusalClass.BackOffice, _) => Of(refusal, null),
    };

    /// <summary>A command that the engine refused.</summary>
    /// <param name="refusal">Why.</param>
    /// <param name="bill">The attribute that names the bill it is about; null for the payment as a whole.</param>
    public static TmfError Of(Refusal refusal, string? bill) => (refusal.Class(), refusal) switch
    {
        (_, Refusal.AccountUnknown) => TmfError.NotFound(
            "account.id: no account has this id.", "Use the POID or the number of an account."),
        (_, Refusal.SecondPersonNeeded) => Tmf676Errors.Of(refusal, bill),
        (_, Refusal.CurrencyMismatch) when bill is not null => TmfError.Invalid(
            $"{bill}: the bill is in another currency than totalAmount.unit.", "Pay each bill in its own currency."),
        (_, Refusal.CurrencyMismatch) => TmfError.Invalid(
            "totalAmount.unit is not the currency of the account.", "Use the currency of the account."),
        (_, Refusal.InstrumentUnknown) => TmfError.NotFound(
            "paymentMethod.id: the account has no such payment method.",
            "Use a payment method that is registered for the account."),
        (_, Refusal.InstrumentKindMismatch) => TmfError.Invalid(
            "paymentMethod.@referredType is not the kind of this payment method.", "Use the kind under which it is registered."),
        (_, Refusal.InstrumentNotOwn) => TmfError.Conflict(
            "paymentMethod.id is not the payment method of the bill unit.",
            "Use the payment method that the bill unit has, or Payment_Create."),
        (_, Refusal.ChargeNamedTwice) => TmfError.Invalid($"{bill ?? "bill"} names the same bill again.", "Name each bill once."),
        (_, Refusal.ChargeUnknown) => TmfError.NotFound(
            $"{bill ?? "paymentItem"}: the account has no such bill.", "Use the POID or the number of a bill of this account."),

        // BRM has words of its own for its own ids only.
        (RefusalClass.Busy or RefusalClass.Unavailable or RefusalClass.Held or RefusalClass.UnderWay or RefusalClass.Reused
            or RefusalClass.Unknown or RefusalClass.Conflict or RefusalClass.Invalid or RefusalClass.BackOffice, _) =>
            Tmf676Errors.Of(refusal, bill),
    };
}
