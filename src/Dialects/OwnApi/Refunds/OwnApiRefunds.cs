using Microsoft.AspNetCore.Builder;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Books;
using Quittance.Core.Executing;
using Quittance.Core.Refunds;
using Quittance.Dialects.Http;
using Quittance.Dialects.OwnApi.Payments;
using static Quittance.Dialects.OwnApi.OwnApiRoutes;

namespace Quittance.Dialects.OwnApi.Refunds;

/// <summary>Refunds of every API: looking at them, and saying what became of those that people pay out.</summary>
internal sealed class OwnApiRefunds(PublicAddress address, IReceivables receivables, IAttempts attempts, IRefundsToPay waiting)
{
    public const string Payment = "payment";
    public const string Status = "status";
    public const string ByReference = "reference";

    public void Map(DialectRoutes routes)
    {
        routes.Get(RefundsPath, ReadScope, ListAsync).WithMetadata(RefundShapes.ListRefunds);
        routes.Get($"{RefundsPath}/{{{Id}}}", ReadScope, FindAsync).WithMetadata(RefundShapes.FindRefund);
        routes.Post("refund.paid", $"{RefundsPath}/{{{Id}}}/paid", RefundScope, PaidAsync, needsKey: true)
            .WithMetadata(RefundShapes.SayPaid);
        routes.Post("refund.call-off", $"{RefundsPath}/{{{Id}}}/call-off", RefundScope, CallOffAsync, needsKey: true)
            .WithMetadata(RefundShapes.CallOffRefund);
    }

    private Task<Answer> ListAsync(Call call) => OwnApiLists.AnswerAsync(
        call, address, "refunds", query => CriteriaAsync(query, call), async query =>
        {
            var found = await call.Books.RefundsAsync(query, call.Cancel);
            var shown = new List<ShownRefund>(found.Items.Count);
            foreach (var view in found.Items)
                shown.Add(await attempts.ShownAsync(view, call.Cancel));
            return new ListSlice<ShownRefund>(shown, found.HasMore, found.Count);
        }, shown => shown.View.Refund.Id.Value, RefundShapes.Page);

    private async Task<Answer> FindAsync(Call call) => await NamedAsync(call) is { } view
        ? RefundShapes.Refund.ToAnswer(await attempts.ShownAsync(view, call.Cancel)) : OwnApiErrors.NoSuch("refund").ToAnswer(address);

    private Task<Answer> PaidAsync(Call call) =>
        SayAsync(call, RefundStatus.Done, (refund, reason) => refund.Paid(call.Does("refund.paid", refund.Subject, reason)));

    private Task<Answer> CallOffAsync(Call call) =>
        SayAsync(call, RefundStatus.Failed, (refund, reason) => refund.CallOff(call.Does("refund.call-off", refund.Subject, reason)));

    /// <summary>Books what became of a refund that people pay out.</summary>
    /// <param name="status">Where it stands from then on.</param>
    private async Task<Answer> SayAsync(Call call, RefundStatus status, Func<RefundToPay, string, TakeAnswer> say)
    {
        if (!OwnApiRequests.ReadReason(call.Body).TryGet(out var asked, out var problem))
            return problem.ToAnswer(address);
        if (await NamedAsync(call) is not { Refund.Id: var id })
            return OwnApiErrors.NoSuch("refund").ToAnswer(address);
        if (await waiting.FindAsync(id, call.Cancel) is not { } refund)
            return OwnApiErrors.RefundNotToPay.ToAnswer(address);
        var outcome = await call.SubmitAsync(say(refund, asked.Reason!) with { Key = call.KeyUse() });
        if (outcome.Accepted)
        {
            return RefundShapes.Refund.ToAnswer(await attempts.ShownAsync(await AfterAsync(call, id, status), call.Cancel)) with
            {
                Replayed = outcome.Replayed,
            };
        }

        return (outcome.Faults[0].Refusal is Refusal.AttemptSettled or Refusal.AttemptOvertaken
            ? OwnApiErrors.RefundNotToPay : OwnApiErrors.Of(outcome.Faults[0].Refusal)).ToAnswer(address);
    }

    /// <summary>The refund as it stood after it got a status, also where it has changed since.</summary>
    private static async Task<RefundView> AfterAsync(Call call, RefundId id, RefundStatus status)
    {
        var view = (await call.Books.RefundAsync(id, asOf: null, call.Cancel))!;
        for (var events = view.Refund.Events - 1; view.Refund.Status != status && events > 0; events--)
            view = (await call.Books.RefundAsync(id, events, call.Cancel))!;
        return view;
    }

    /// <summary>
    /// The refund that the path names: by its id, or by the client's reference where one refund alone has it; null where there is none.
    /// </summary>
    private static async Task<RefundView?> NamedAsync(Call call)
    {
        var text = call.PathValue(OwnApiRoutes.Id);
        if (Guid.TryParseExact(text, "D", out var id)
            && await call.Books.RefundAsync(new RefundId(call.Credential.Merchant, id), asOf: null, call.Cancel)
                is { Refund.ShareOf: null } view)
        {
            return view;
        }

        var named = await call.Books.RefundsAsync(
            new ListQuery(call.Credential.Merchant, 2) { Criteria = [new CorrelatorCriterion([text])] }, call.Cancel);
        return named.Items is [var only] ? only : null;
    }

    private async Task<IReadOnlyList<Criterion>?> CriteriaAsync(OwnApiQuery query, Call call)
    {
        List<Criterion> criteria = [];
        if (query.Word(Status, EnumWords.All<RefundStatus>()) is { } status)
            criteria.Add(new StatusCriterion<RefundStatus>([EnumWords.To<RefundStatus>(status)]));
        if (query.Text(Payment) is { } text)
        {
            if (await OwnApiPayments.NamedAsync(call, text) is not { } paid)
                return null;
            criteria.Add(new PaymentCriterion(paid.Payment.Id));
        }

        if (query.Text(ByReference) is { } reference)
            criteria.Add(new CorrelatorCriterion([reference]));
        return await receivables.OfAccountAsync(query, call, criteria);
    }
}
