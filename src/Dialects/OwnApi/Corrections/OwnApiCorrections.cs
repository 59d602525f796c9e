using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Books;
using Quittance.Core.Corrections;
using Quittance.Core.Engine;
using Quittance.Core.Payments;
using Quittance.Dialects.Http;
using Quittance.Dialects.OwnApi.Charges;
using Quittance.Dialects.OwnApi.Payments;
using static Quittance.Dialects.OwnApi.OwnApiRoutes;

namespace Quittance.Dialects.OwnApi.Corrections;

/// <summary>Putting right what was booked wrongly: what a customer owes, what a bill says, whose money it is.</summary>
internal sealed class OwnApiCorrections(
    PublicAddress address, IReceivables receivables, OwnApiCharges charges, OwnApiPayments payments)
{
    public void Map(DialectRoutes routes)
    {
        routes.Post("charge.correct", $"{ChargesPath}/{{{Id}}}/correct", CorrectScope, call => CorrectAsync(call), needsKey: true)
            .WithMetadata(CorrectionShapes.CorrectCharge, AsOperator.Grave);
        foreach (var former in Enum.GetValues<DebtCorrection>())
        {
            routes.Post(
                $"charge.{former.Verb}", $"{ChargesPath}/{{{Id}}}/{former.Verb}", CorrectScope, call => CorrectAsync(call, former),
                needsKey: true).WithMetadata(CorrectionShapes.FormerCorrection(former), AsOperator.Grave);
        }

        routes.Post("charge.change", $"{ChargesPath}/{{{Id}}}/change", CorrectScope, ChangeAsync, needsKey: true)
            .WithMetadata(CorrectionShapes.ChangeCharge, AsOperator.Grave);
        routes.Post("payment.unallocate", $"{PaymentsPath}/{{{Id}}}/unallocate", CorrectScope, UnallocateAsync, needsKey: true)
            .WithMetadata(CorrectionShapes.UnallocatePayment, AsOperator.Grave);
        routes.Post("payment.move", $"{PaymentsPath}/{{{Id}}}/move", CorrectScope, MoveAsync, needsKey: true)
            .WithMetadata(CorrectionShapes.MovePayment, AsOperator.Grave);
    }

    /// <summary>Corrects what a customer owes on a charge.</summary>
    private async Task<Answer> CorrectAsync(Call call, DebtCorrection? former = null)
    {
        if (!CorrectionShapes.ReadCorrection(call.Body, former).TryGet(out var asked, out var problem))
            return problem.ToAnswer(address);
        if (await charges.NamedAsync(call, call.PathValue(OwnApiRoutes.Id)) is not { } charge)
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
    private async Task<Answer> ChangeAsync(Call call)
    {
        if (!OwnApiTags.SeenIn(call.Http.Request, "charge").TryGet(out var seen, out var unseen))
            return unseen.ToAnswer(address);
        if (!CorrectionShapes.ReadChange(call.Body).TryGet(out var asked, out var problem))
            return problem.ToAnswer(address);
        if (await charges.NamedAsync(call, call.PathValue(OwnApiRoutes.Id)) is not { } charge)
            return OwnApiErrors.NoSuch("charge").ToAnswer(address);
        var outcome = await call.SubmitAsync(
            new ChangeCharge(Corrects(call, charge, "change", asked.Reason!), HolderOf(charge), charge.Id)
            {
                DueOn = asked.Due,
                Document = asked.Document is { } document
                    ? new Reference(call.Credential.Merchant, OwnApiNames.Dialect, OwnApiNames.Document, document) : null,
                Description = asked.Description,
                DunningPausedUntil = asked.NoDunningUntil,
                Seen = seen.Of(charge.Events),
                Key = call.KeyUse(),
            });
        return outcome.Accepted
            ? await NewsAsync(call, outcome)
            : OwnApiErrors.Of(outcome.Faults[0].Refusal, outcome.Faults[0].Refusal == Refusal.ReferenceTaken ? "/document" : null)
                .ToAnswer(address);
    }

    /// <summary>Takes money of a payment off the charges that it settles.</summary>
    private async Task<Answer> UnallocateAsync(Call call)
    {
        if (!CorrectionShapes.ReadUnallocation(call.Body).TryGet(out var asked, out var problem))
            return problem.ToAnswer(address);
        if (await OwnApiPayments.NamedAsync(call) is not { } view)
            return OwnApiErrors.NoSuch("payment").ToAnswer(address);
        // The payment settles the charge itself, also where a merge has moved what was open of it.
        var from = asked.From is { } text ? await charges.FirstNamedAsync(call, text) : null;
        if (asked.From is not null && from is null)
            return OwnApiErrors.Of(Refusal.ChargeUnknown, "/from").ToAnswer(address);
        var outcome = await call.SubmitAsync(
            new UnallocatePayment(Corrects(call, view, "unallocate", asked.Reason!), HolderOf(view), view.Payment.Id)
            {
                From = from?.Id,
                Amount = asked.Amount,
                To = await payments.PartsAsync(call, asked.Charges),
                Key = call.KeyUse(),
            });
        return outcome.Accepted
            ? await OwnApiPayments.ShownAsync(call, outcome, StatusCodes.Status200OK)
            : payments.RefusedAnswer(outcome, PointerOf);
    }

    /// <summary>Moves money of a payment to the customer whose money it is.</summary>
    private async Task<Answer> MoveAsync(Call call)
    {
        if (!CorrectionShapes.ReadMove(call.Body).TryGet(out var asked, out var problem))
            return problem.ToAnswer(address);
        if (await OwnApiPayments.NamedAsync(call) is not { } view)
            return OwnApiErrors.NoSuch("payment").ToAnswer(address);
        if (view.Payment is not { Status: PaymentStatus.Captured, Amount: { } paid })
            return OwnApiErrors.Of(Refusal.PaymentNotCaptured).ToAnswer(address);
        var merchant = call.Credential.Merchant;
        var outcome = await call.SubmitAsync(
            new MovePayment(
                Corrects(call, view, "move", asked.Reason!), await OwnApiPayments.PayerAsync(call, asked.Account!, asked.Charges),
                HolderOf(view), view.Payment.Id, new PaymentId(merchant, call.NewId()),
                asked.Amount ?? paid with { AmountMinor = view.Payment.RefundableMinor })
            {
                To = asked.Charges is null ? null : await payments.PartsAsync(call, asked.Charges),
                Key = call.KeyUse(),
            });
        return outcome.Accepted
            ? await OwnApiPayments.ShownAsync(call, outcome, StatusCodes.Status201Created)
            : payments.RefusedAnswer(
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
        var news = await receivables.NewsAsync(call, outcome);
        return CorrectionShapes.Correction.ToAnswer(news) with
        {
            Headers = [OwnApiTags.Of(news.Sequence)],
            Replayed = outcome.Replayed,
        };
    }

    private static Origin Corrects(Call call, Charge charge, string verb, string reason) =>
        call.Does($"charge.{verb}", $"charge {charge.Number}", reason);

    private static Origin Corrects(Call call, PaymentView view, string verb, string reason) =>
        call.Does($"payment.{verb}", $"payment {view.Payment.Number}", reason);

    private static AccountTarget HolderOf(Charge charge) =>
        AccountTarget.Named(Reference.ToAccountId(charge.Id.Merchant, charge.Account.Value));

    private static AccountTarget HolderOf(PaymentView view) => AccountTarget.Of(view.Account.Id, view.Account.Slot);
}
