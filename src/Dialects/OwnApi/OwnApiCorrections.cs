using System.Globalization;
using Microsoft.AspNetCore.Http;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Books;
using Quittance.Core.Corrections;
using Quittance.Core.Engine;
using Quittance.Core.Payments;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.OwnApi;

/// <summary>Putting right what was booked wrongly: what a customer owes, what a bill says, whose money it is.</summary>
internal sealed class OwnApiCorrections(PublicAddress address, IReceivables receivables)
{
    /// <summary>The header with the ETag of the charge that a change is for.</summary>
    public const string IfMatch = "If-Match";

    private readonly OwnApiCharges _charges = new(address, receivables);
    private readonly OwnApiPayments _payments = new(address, receivables);

    /// <summary>The ETag of a charge after so many events.</summary>
    public static string TagOf(int events) => $"\"{events}\"";

    /// <summary>Corrects what a customer owes on a charge.</summary>
    public async Task<Answer> CorrectAsync(Call call)
    {
        if (!OwnApiRequests.ReadCorrection(call.Body).TryGet(out var asked, out var problem))
            return problem.ToAnswer(address);
        if (await _charges.NamedAsync(call, call.PathValue(OwnApiRoutes.Id)) is not { } charge)
            return OwnApiErrors.NoSuch("charge").ToAnswer(address);
        var correction = asked.Correction!.Value;
        var outcome = await call.SubmitAsync(
            new CorrectCharge(
                Corrects(call, charge, correction.Verb, asked.Reason!), HolderOf(charge), charge.Id, correction,
                asked.Amount)
            {
                Key = call.KeyUse(),
            });
        return outcome.Accepted
            ? await NewsAsync(call, outcome)
            : OwnApiErrors.Of(outcome.Faults[0].Refusal, outcome.Faults[0].Refusal switch
            {
                Refusal.CurrencyMismatch => "/amount/currency",
                Refusal.ExceedsDue or Refusal.ExceedsCorrected => "/amount",
                _ => null,
            }).ToAnswer(address);
    }

    /// <summary>Changes what a charge says beside its amount, where it is as the client has seen it.</summary>
    public async Task<Answer> ChangeAsync(Call call)
    {
        if (!SeenIn(call.Http.Request).TryGet(out var seen, out var unseen))
            return unseen.ToAnswer(address);
        if (!OwnApiRequests.ReadChange(call.Body).TryGet(out var asked, out var problem))
            return problem.ToAnswer(address);
        if (await _charges.NamedAsync(call, call.PathValue(OwnApiRoutes.Id)) is not { } charge)
            return OwnApiErrors.NoSuch("charge").ToAnswer(address);
        var outcome = await call.SubmitAsync(
            new ChangeCharge(Corrects(call, charge, "change", asked.Reason!), HolderOf(charge), charge.Id)
            {
                DueOn = asked.Due,
                Document = asked.Document is { } document
                    ? new Reference(call.Credential.Merchant, OwnApiNames.Dialect, OwnApiNames.Document, document) : null,
                Description = asked.Description,
                Seen = seen,
                Key = call.KeyUse(),
            });
        return outcome.Accepted
            ? await NewsAsync(call, outcome)
            : OwnApiErrors.Of(outcome.Faults[0].Refusal, outcome.Faults[0].Refusal == Refusal.ReferenceTaken ? "/document" : null)
                .ToAnswer(address);
    }

    /// <summary>Takes money of a payment off the charges that it settles.</summary>
    public async Task<Answer> UnallocateAsync(Call call)
    {
        if (!OwnApiRequests.ReadUnallocation(call.Body).TryGet(out var asked, out var problem))
            return problem.ToAnswer(address);
        if (await OwnApiPayments.NamedAsync(call) is not { } view)
            return OwnApiErrors.NoSuch("payment").ToAnswer(address);
        var from = asked.From is { } text ? await _charges.NamedAsync(call, text) : null;
        if (asked.From is not null && from is null)
            return OwnApiErrors.Of(Refusal.ChargeUnknown, "/from").ToAnswer(address);
        var outcome = await call.SubmitAsync(
            new UnallocatePayment(Corrects(call, view, "unallocate", asked.Reason!), HolderOf(view), view.Payment.Id)
            {
                From = from?.Id,
                Amount = asked.Amount,
                To = await _payments.PartsAsync(call, asked.Charges),
                Key = call.KeyUse(),
            });
        return outcome.Accepted
            ? await OwnApiPayments.ShownAsync(call, outcome, StatusCodes.Status200OK)
            : _payments.RefusedAnswer(outcome, PointerOf);
    }

    /// <summary>Moves money of a payment to the customer whose money it is.</summary>
    public async Task<Answer> MoveAsync(Call call)
    {
        if (!OwnApiRequests.ReadMove(call.Body).TryGet(out var asked, out var problem))
            return problem.ToAnswer(address);
        if (await OwnApiPayments.NamedAsync(call) is not { } view)
            return OwnApiErrors.NoSuch("payment").ToAnswer(address);
        if (view.Payment is not { Status: PaymentStatus.Captured, Amount: { } paid })
            return OwnApiErrors.Of(Refusal.PaymentNotCaptured).ToAnswer(address);
        var merchant = call.Credential.Merchant;
        var outcome = await call.SubmitAsync(
            new MovePayment(
                Corrects(call, view, "move", asked.Reason!), AccountTarget.Named(OwnApiNames.AccountNames(merchant, asked.Account!)),
                HolderOf(view), view.Payment.Id, new PaymentId(merchant, call.NewId()),
                asked.Amount ?? paid with { AmountMinor = view.Payment.RefundableMinor })
            {
                To = await _payments.PartsAsync(call, asked.Charges),
                Remainder = asked.Charges is null ? Remainder.OldestDueFirst : Remainder.Credit,
                Key = call.KeyUse(),
            });
        return outcome.Accepted
            ? await OwnApiPayments.ShownAsync(call, outcome, StatusCodes.Status201Created)
            : _payments.RefusedAnswer(
                outcome, fault => fault.Refusal is Refusal.AccountUnknown or Refusal.SameCustomer ? "/account" : PointerOf(fault));
    }

    private static string? PointerOf(Fault fault) => fault switch
    {
        { Part: >= 0 } => $"/charges/{fault.Part}",
        { Refusal: Refusal.CurrencyMismatch } => "/amount/currency",
        { Refusal: Refusal.ExceedsRefundable or Refusal.ExceedsSettled } => "/amount",
        _ => null,
    };

    /// <summary>The answer that a repeated request gets as well: the event alone, as the charge goes on changing.</summary>
    private async Task<Answer> NewsAsync(Call call, Outcome outcome)
    {
        var id = new ChargeId(call.Credential.Merchant, outcome.Subject);
        var news = await receivables.ChargeNewsAsync(id, outcome.Sequence, call.Cancel)
            ?? throw new InvalidOperationException("A kept answer names an event that is not in the books.");
        return OwnApiResponses.Correction.ToAnswer(news) with
        {
            Headers = [("ETag", TagOf(news.Sequence))],
            Replayed = outcome.Replayed,
        };
    }

    /// <summary>How many events the charge had that the client has seen.</summary>
    private static Reading<int, OwnApiProblem> SeenIn(HttpRequest request) => request.Headers.IfMatch is [{ } tag]
        && tag is ['"', .. var inside, '"'] && int.TryParse(inside, NumberStyles.None, CultureInfo.InvariantCulture, out var seen)
            ? seen
            : new OwnApiProblem(
                StatusCodes.Status428PreconditionRequired, "precondition-required", "The header If-Match is missing or malformed.")
            {
                Faults = [InputFault.Of(IfMatch, "must be the ETag of the charge that you looked at")],
            };

    private static Origin Corrects(Call call, Charge charge, string verb, string reason) =>
        call.Corrects($"charge.{verb}", $"charge {charge.Number}", reason);

    private static Origin Corrects(Call call, PaymentView view, string verb, string reason) =>
        call.Corrects($"payment.{verb}", $"payment {view.Payment.Number}", reason);

    private static AccountTarget HolderOf(Charge charge) =>
        AccountTarget.Named(Reference.ToAccountId(charge.Id.Merchant, charge.Account.Value));

    private static AccountTarget HolderOf(PaymentView view) => AccountTarget.Of(view.Account.Id, view.Account.Slot);
}
