using Quittance.Core;
using Quittance.Dialects.Http;
using Quittance.Dialects.Http.Json;
using Quittance.Dialects.Tmf676.Resources;

namespace Quittance.Dialects.Tmf676;

/// <summary>
/// The errors of the TMF676 mount, with the codes of TMF676 5.13. For errors around an operation and in bodies
/// the Oracle mount uses the same texts.
/// </summary>
public static class Tmf676Errors
{
    /// <summary>An error before or around an operation.</summary>
    /// <param name="detail">The text about it; null for the usual one.</param>
    public static TmfError Of(EdgeFault fault, string? detail = null)
    {
        var error = fault switch
        {
            EdgeFault.Unauthenticated => new TmfError(
                401, "unauthorized", detail ?? "The credential is missing or not valid.",
                "Send the header Authorization with Bearer and an access token."),
            EdgeFault.Forbidden => new TmfError(
                403, "forbidden", "The credential may not do this.", "Ask for a credential with the scope of this operation."),
            EdgeFault.RateLimited => new TmfError(
                429, "forbidden", "The credential has sent too many requests.", "Wait as long as the header Retry-After says."),
            EdgeFault.PathUnknown => TmfError.NotFound("There is nothing at this path.", "Check the path and its version."),
            EdgeFault.MethodNotAllowed => new TmfError(
                405, "methodNotAllowed", "The method is not allowed here.", "Use one of the methods in the header Allow."),
            EdgeFault.MediaTypeUnsupported => TmfError.Unreadable(
                "The header Content-Type is missing, or it or Content-Encoding is not supported.",
                "Send JSON in UTF-8 with the header Content-Type: application/json (curl: -H 'Content-Type: application/json').",
                status: 415),
            EdgeFault.BodyTooLarge => TmfError.Unreadable("The body is too large.", "Send at most 1 MiB.", status: 413),
            EdgeFault.BodyBroken => TmfError.Unreadable("The body ended early or could not be read.", "Send the request again."),
            EdgeFault.KeyMalformed => TmfError.Invalid(
                "The header Idempotency-Key is not valid.", "Send it once, with 1 to 255 characters, or leave it out."),
            EdgeFault.Overloaded => TmfError.Unavailable("The server has too much to do."),
            EdgeFault.Unavailable => new TmfError(503, "internal", "The books can't be reached just now.", "Send the request again."),
            EdgeFault.Held => new TmfError(
                503, "internal", "The books were restored, and are compared with the providers before they take changes.",
                "This request recorded nothing. Send it again later."),
            EdgeFault.TakenOn => TmfError.Conflict(
                "The request was taken on, and its answer can't be read just now.",
                "With the same Idempotency-Key or correlatorId send it again a little later; without one, look the payment up first.",
                isPassing: true),
            EdgeFault.OutcomeUnknown => new TmfError(
                500, "internal", "The request may have been carried out: its outcome is not known yet.",
                "With the same Idempotency-Key or correlatorId send it again a little later; without one, look the payment up first."),
            EdgeFault.Internal => new TmfError(
                500, "internal", "The server failed on an error of its own.",
                "Look the payment up before you send the request again."),
        };
        return detail is null ? error : error with { Message = detail };
    }

    /// <summary>The body is not JSON.</summary>
    public static TmfError Of(JsonFault fault) => TmfError.Unreadable(fault.Message, "Send one JSON object in UTF-8.");

    /// <summary>A body with wrong members: the error describes the first and names the others.</summary>
    public static TmfError Of(IReadOnlyList<FieldFault> faults)
    {
        var first = Of(faults[0]);
        string[] others = [.. faults.Skip(1).Select(fault => fault.Path).Where(path => path != faults[0].Path).Distinct()];
        return others.Length == 0 ? first : first with { Message = $"{first.Message} Also look at {string.Join(", ", others)}." };
    }

    /// <summary>A command that the engine refused.</summary>
    /// <param name="refusal">Why.</param>
    /// <param name="bill">The attribute that names the bill it is about; null for the payment as a whole.</param>
    public static TmfError Of(Refusal refusal, string? bill)
    {
        var place = bill ?? "paymentItem";
        return (refusal.Class(), refusal) switch
        {
            (_, Refusal.CorrelatorReused) => TmfError.Conflict(
                "correlatorId was used before on this account with another request.", "Use a new correlatorId for a new payment."),
            (_, Refusal.AccountUnknown) => TmfError.NotFound("account.id: no account has this id.", "Check account.id."),
            (_, Refusal.AccountClosed or Refusal.AccountMerged) => TmfError.Conflict(
                "account.id: the account is closed, or merged into another one.", "Use another account, or have it reopened."),
            (_, Refusal.ReferenceTaken) => TmfError.Conflict("account.id already names something else.", "Use another account.id."),
            (_, Refusal.CurrencyMismatch) when bill is null => TmfError.Invalid(
                "totalAmount.unit is not the currency of the account.", "Use the currency of the account."),
            (_, Refusal.CurrencyMismatch) => TmfError.Invalid(
                $"{place} is in another currency than totalAmount.unit.", "Use the currency of the bill."),
            (_, Refusal.InstrumentUnknown) => TmfError.NotFound(
                "paymentMethod.id: the account has no such payment method.", "Check paymentMethod.id."),
            (_, Refusal.InstrumentKindMismatch) => TmfError.Invalid(
                "paymentMethod.@referredType is not the kind of this payment method.",
                "Leave paymentMethod.@referredType out or correct it."),
            (_, Refusal.InstrumentNotOwn) => TmfError.Conflict(
                "paymentMethod.id is not the payment method that the account is billed with.", "Use the account's own payment method."),
            (_, Refusal.ChargeUnknown or Refusal.OrderUnknown) =>
                TmfError.NotFound($"{place}: the account has no such bill.", $"Check {place}."),
            (_, Refusal.ChargeNamedTwice) => TmfError.Invalid($"{place} names the same bill again.", "Name each bill once."),
            (_, Refusal.ChargeClaimed) => TmfError.Conflict(
                $"{place}: another payment for this bill is under way.", "Wait for its outcome, or leave the bill out."),
            (_, Refusal.NothingDue) => TmfError.Conflict($"{place}: nothing is due on this bill any more.", "Leave the bill out."),
            (_, Refusal.ExceedsDue) => TmfError.Conflict($"{place}: less is due on this bill.", "Pay at most what is due."),
            (_, Refusal.PartsExceedPayment) => TmfError.Invalid(
                "paymentItem: the items add up to more than totalAmount.", "Lower the items or raise totalAmount."),
            (_, Refusal.PaymentUnknown) => TmfError.NotFound("The account has no such payment.", "Check the id of the payment."),
            (_, Refusal.ExceedsUnallocated) => TmfError.Conflict(
                "The payment has less left that settles no bill.", "Allocate at most what is left."),
            (_, Refusal.PaymentDisputed) => TmfError.Conflict("The payer disputes the payment, or the payer's bank has returned it.",
                "Wait until a dispute is decided. Money that the bank has returned is not refunded."),
            (_, Refusal.ExceedsRefundable) => TmfError.Conflict(
                "The payment has less left that has not gone back to the payer.", "Refund at most what is left."),
            (_, Refusal.SecondPersonNeeded) => TmfError.Conflict(
                "It is above the limit of one person.", "Ask for it in the console, where another person approves it."),
            (_, Refusal.BalanceOutOfRange) => TmfError.Conflict(
                "The balance of the account would become too large to keep.", "Check totalAmount.value."),
            (RefusalClass.Busy, _) => Of(EdgeFault.Overloaded),
            (RefusalClass.Unavailable, _) => TmfError.Unavailable("The books can't be reached."),
            (RefusalClass.Held, _) => Of(EdgeFault.Held),
            (RefusalClass.UnderWay, _) => TmfError.Conflict(
                "The payment was taken on, and its outcome is not known yet.",
                "With the same Idempotency-Key or correlatorId send it again a little later; without one, look the payment up first.",
                isPassing: true),
            (RefusalClass.Reused, _) => TmfError.Conflict(
                "The Idempotency-Key was used before with another request.", "Use a new key for a new request."),
            (RefusalClass.Unknown or RefusalClass.Conflict or RefusalClass.Invalid or RefusalClass.BackOffice, _) => TmfError.Conflict(
                "The payment is in another state than this request needs.", "Look the payment up."),
        };
    }

    /// <summary>
    /// A refund that the engine refused (TMF676 4.3, 5.18): where the books lack the money to give back, that is a conflict.
    /// </summary>
    public static TmfError OfRefund(Refusal refusal) => (refusal.Class(), refusal) switch
    {
        (_, Refusal.AccountUnknown) =>
            TmfError.Conflict("account.id: no account has this id, and so it has no credit.", "Check account.id."),
        (_, Refusal.PaymentUnknown) =>
            TmfError.Conflict("payment.id: the account has no such payment.", "Check payment.id and account.id."),
        (_, Refusal.PaymentNotCaptured) =>
            TmfError.Conflict("payment.id: the money of this payment is not in the books.", "Look the payment up."),
        (_, Refusal.CurrencyMismatch) => TmfError.Conflict(
            "totalAmount.unit is not the currency of the payment.", "Use the currency of the payment."),
        (_, Refusal.ExceedsRefundable) => TmfError.Conflict(
            "There is less left to give back: of the payment, or where none is named, of the credit of the account's 1,000 oldest "
            + "payments that have some.",
            "Refund at most what is left."),
        (RefusalClass.UnderWay, _) => TmfError.Conflict(
            "The refund was taken on, and its outcome is not known yet.",
            "With the same Idempotency-Key or correlatorId send it again a little later; without one, look the refund up first.",
            isPassing: true),
        (RefusalClass.Busy or RefusalClass.Unavailable or RefusalClass.Held or RefusalClass.Reused or RefusalClass.Unknown
            or RefusalClass.Conflict or RefusalClass.Invalid or RefusalClass.BackOffice, _) => Of(refusal, null),
    };

    private static TmfError Of(FieldFault fault)
    {
        var place = fault.Path.Length == 0 ? "The body" : fault.Path;
        var use = $"Use {fault.Expected}.";
        return fault.Problem switch
        {
            FieldProblem.Missing => new TmfError(400, "missingAttribute", $"{place} is required.", $"Add {place}: {fault.Expected}."),
            FieldProblem.WrongType => TmfError.Invalid($"{place} is of the wrong type.", use),
            FieldProblem.TooShort => TmfError.Invalid($"{place} is too short.", use),
            FieldProblem.TooLong => TmfError.Invalid($"{place} is too long.", use),
            FieldProblem.TooMany => TmfError.Invalid($"{place} has too many items.", use),
            FieldProblem.NotInList => TmfError.Invalid($"{place} is not one of the values that are known here.", use),
            FieldProblem.Malformed => TmfError.Invalid($"{place} is malformed.", use),
            FieldProblem.OutOfRange => TmfError.Invalid($"{place} is out of range.", use),
            FieldProblem.TooPrecise => TmfError.Invalid($"{place} has too many decimals.", use),
            FieldProblem.Unknown => TmfError.Invalid($"{place} is unknown.", "Leave it out, or check its spelling."),
        };
    }
}
