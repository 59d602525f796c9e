using Quittance.Core;
using Quittance.Dialects.Http;
using Quittance.Dialects.Tmf676;
using Quittance.Dialects.Tmf676.Resources;

namespace Quittance.Dialects.OracleBrm;

/// <summary>
/// The words in which Oracle BRM's clients are told what went wrong (Oracle BRM 3.9, 5.3). Around an operation and
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

    /// <summary>A type of payment that is not shown here (Oracle BRM 3.4).</summary>
    public static TmfError UnknownType() => new(
        400, "unknownFilter", "The parameter @type may only be Payment here.", "Leave it out, or use Payment.");

    /// <summary>A POID of something that is no payment (Oracle BRM 4.4).</summary>
    public static TmfError WrongClass(Poid poid) =>
        TmfError.Invalid(
            $"id is a POID of class {poid.Class}.", $"Use a POID of class {Poid.PaymentClass}, or an item number such as P1-7.");

    /// <summary>A bill unit that is not known: none is.</summary>
    public static TmfError BillUnitUnknown() => TmfError.NotFound(
        "billingCycleSpecification.id: no bill unit has this id.",
        "Leave billingCycleSpecification out: the payment goes to the one bill unit of the account.");

    /// <summary>A command that the engine refused.</summary>
    /// <param name="refusal">Why.</param>
    /// <param name="bill">The attribute that names the bill it is about; null for the payment as a whole.</param>
    public static TmfError Of(Refusal refusal, string? bill) => refusal switch
    {
        Refusal.AccountUnknown => TmfError.NotFound(
            "account.id: no account has this id.", "Use the POID or the number of an account."),
        Refusal.CurrencyMismatch when bill is not null => TmfError.Invalid(
            $"{bill}: the bill is in another currency than totalAmount.unit.", "Pay each bill in its own currency."),
        Refusal.CurrencyMismatch => TmfError.Invalid(
            "totalAmount.unit is not the currency of the account.", "Use the currency of the account."),
        Refusal.InstrumentUnknown => TmfError.NotFound(
            "paymentMethod.id: the account has no such payment method.",
            "Use a payment method that is registered for the account."),
        Refusal.InstrumentKindMismatch => TmfError.Invalid(
            "paymentMethod.@referredType is not the kind of this payment method.", "Use the kind under which it is registered."),
        Refusal.ChargeUnknown => TmfError.NotFound(
            $"{bill ?? "paymentItem"}: the account has no such bill.", "Use the POID or the number of a bill of this account."),

        // What has nothing to do with BRM's own ids is told as on the TMF676 mount.
        Refusal.Overloaded or Refusal.Unavailable or Refusal.KeyReused or Refusal.CorrelatorReused or Refusal.ReferenceTaken
            or Refusal.OrderUnknown or Refusal.NothingDue or Refusal.ExceedsDue or Refusal.PartsExceedPayment
            or Refusal.UnderWay or Refusal.AttemptUnknown or Refusal.AttemptSettled or Refusal.AttemptOvertaken or Refusal.AttemptNotDue
            or Refusal.DisputeUnknown or Refusal.PaymentNotCaptured or Refusal.PaymentNotPending or Refusal.ChargeClaimed or Refusal.PaymentUnknown or Refusal.ExceedsUnallocated or Refusal.BalanceOutOfRange
            or Refusal.SessionUnknown or Refusal.SessionForeign or Refusal.SessionChanged
            or Refusal.SessionUsed or Refusal.SessionExpired or Refusal.SessionSubmitted or Refusal.SessionOfOtherKind
            or Refusal.SessionAmountMismatch or Refusal.ChoiceNotOffered
            or Refusal.PaymentDisputed or Refusal.ExceedsRefundable or Refusal.BookingUnknown or Refusal.BookingConfirmed or Refusal.BookingExpired or Refusal.SoldOut =>
            Tmf676Errors.Of(refusal, bill),
    };
}
