using Microsoft.AspNetCore.Builder;
using Quittance.Core;
using Quittance.Core.Books;
using Quittance.Core.Disputes;
using Quittance.Dialects.Http;
using static Quittance.Dialects.OwnApi.OwnApiRoutes;

namespace Quittance.Dialects.OwnApi.Disputes;

/// <summary>The customers' disputes. Their providers tell of them and decide them.</summary>
internal sealed class OwnApiDisputes(PublicAddress address, IReceivables receivables)
{
    public const string Payment = "payment";

    private const string Status = "status";

    public void Map(DialectRoutes routes)
    {
        routes.Get($"{Mount}/disputes", ReadScope, ListAsync).WithMetadata(DisputeShapes.ListDisputes);
        routes.Get($"{Mount}/disputes/{{{Id}}}", ReadScope, FindAsync).WithMetadata(DisputeShapes.FindDispute);
    }

    private Task<Answer> ListAsync(Call call)
    {
        DisputeStatus? status = null;
        PaymentId? payment = null;
        return OwnApiLists.AnswerAsync(
            call, address, "disputes", query => Task.FromResult(CriteriaIn(query)),
            query => receivables.DisputesAsync(query, payment, status, call.Cancel), view => view.Dispute.Id.Value,
            DisputeShapes.Page);

        IReadOnlyList<Criterion>? CriteriaIn(OwnApiQuery query)
        {
            if (query.Word(Status, EnumWords.All<DisputeStatus>()) is { } word)
                status = EnumWords.To<DisputeStatus>(word);
            if (query.Text(Payment) is not { } text)
                return [];
            if (!Guid.TryParseExact(text, "D", out var id))
                return null;
            payment = new PaymentId(call.Credential.Merchant, id);
            return [];
        }
    }

    private async Task<Answer> FindAsync(Call call) => Guid.TryParseExact(call.PathValue(OwnApiRoutes.Id), "D", out var id)
        && await receivables.DisputeAsync(new DisputeId(call.Credential.Merchant, id), call.Cancel) is { } view
            ? DisputeShapes.Dispute.ToAnswer(view) : OwnApiErrors.NoSuch("dispute").ToAnswer(address);
}
