using Microsoft.AspNetCore.Builder;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Books;
using Quittance.Core.Refunds;
using Quittance.Dialects.Http;
using static Quittance.Dialects.OwnApi.OwnApiRoutes;

namespace Quittance.Dialects.OwnApi.Refunds;

/// <summary>Looking at refunds of every API.</summary>
internal sealed class OwnApiRefunds(PublicAddress address, IReceivables receivables, IAttempts attempts)
{
    public const string Payment = "payment";
    public const string Status = "status";

    public void Map(DialectRoutes routes)
    {
        routes.Get(RefundsPath, ReadScope, ListAsync).WithMetadata(RefundShapes.ListRefunds);
        routes.Get($"{RefundsPath}/{{{Id}}}", ReadScope, FindAsync).WithMetadata(RefundShapes.FindRefund);
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

    private async Task<Answer> FindAsync(Call call) =>
        Guid.TryParseExact(call.PathValue(OwnApiRoutes.Id), "D", out var id)
        && await call.Books.RefundAsync(new RefundId(call.Credential.Merchant, id), asOf: null, call.Cancel)
            is { Refund.ShareOf: null } view
            ? RefundShapes.Refund.ToAnswer(await attempts.ShownAsync(view, call.Cancel)) : OwnApiErrors.NoSuch("refund").ToAnswer(address);

    private async Task<IReadOnlyList<Criterion>?> CriteriaAsync(OwnApiQuery query, Call call)
    {
        List<Criterion> criteria = [];
        if (query.Word(Status, EnumWords.All<RefundStatus>()) is { } status)
            criteria.Add(new StatusCriterion<RefundStatus>([EnumWords.To<RefundStatus>(status)]));
        if (query.Text(Payment) is { } text)
        {
            if (!Guid.TryParseExact(text, "D", out var id))
                return null;
            criteria.Add(new PaymentCriterion(new PaymentId(call.Credential.Merchant, id)));
        }

        return await receivables.OfAccountAsync(query, call, criteria);
    }
}
