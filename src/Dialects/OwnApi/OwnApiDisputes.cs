using Quittance.Core;
using Quittance.Core.Books;
using Quittance.Core.Disputes;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.OwnApi;

/// <summary>The customers' disputes. Their providers tell of them and decide them.</summary>
internal sealed class OwnApiDisputes(PublicAddress address, IReceivables receivables)
{
    public const string Payment = "payment";

    private const string Status = "status";

    public Task<Answer> ListAsync(Call call)
    {
        DisputeStatus? status = null;
        PaymentId? payment = null;
        return OwnApiLists.AnswerAsync(
            call, address, "disputes", query => Task.FromResult(CriteriaIn(query)),
            query => receivables.DisputesAsync(query, payment, status, call.Cancel), view => view.Dispute.Id.Value,
            OwnApiResponses.Disputes);

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

    public async Task<Answer> FindAsync(Call call) => Guid.TryParseExact(call.PathValue(OwnApiRoutes.Id), "D", out var id)
        && await receivables.DisputeAsync(new DisputeId(call.Credential.Merchant, id), call.Cancel) is { } view
            ? OwnApiResponses.Dispute.ToAnswer(view) : OwnApiErrors.NoSuch("dispute").ToAnswer(address);
}
