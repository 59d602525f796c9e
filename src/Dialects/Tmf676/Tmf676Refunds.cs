using Microsoft.AspNetCore.Http;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Engine;
using Quittance.Core.Refunds;
using Quittance.Dialects.Http;
using Quittance.Dialects.Tmf676.Resources;

namespace Quittance.Dialects.Tmf676;

/// <summary>The refunds of the TMF676 mount.</summary>
/// <param name="payments">What the address of a request's payments is; that of its refunds is beside it.</param>
/// <param name="refunds">What the address of a request's refunds is.</param>
/// <param name="alwaysShown">The first-level attributes that are shown whatever a client selects.</param>
internal sealed class Tmf676Refunds(Func<HttpRequest, string> payments, Func<HttpRequest, string> refunds, string[] alwaysShown)
{
    // References of refunds do not meet those of payments.
    private const string References = $"{TmfNames.Tmf676} refund";

    /// <summary>POST of a refund: 201 with the refund and its address.</summary>
    public async Task<Answer> CreateAsync(Call call)
    {
        if (!JsonBody.TryParse(call.Body, out var body, out var fault))
            return Tell(Tmf676Errors.Of(fault));
        TmfRefund? said;
        using (body)
        {
            said = Tmf676Requests.Refund(body);
            if (said is null)
                return Tell(Tmf676Errors.Of(body.Faults));
        }

        var command = (await CommandAsync(call, said)) with
        {
            Key = call.KeyUse(),
            ClientReference = said.Said.CorrelatorId is { Length: > 0 } correlator ? new ClientReference(References, correlator, call.RequestHash) : null,
        };
        var outcome = await call.SubmitAsync(command);
        if (!outcome.Accepted)
            return Tell(Tmf676Errors.OfRefund(outcome.Faults[0].Refusal));

        var view = outcome.Refund
            ?? await call.Books.RefundAsync(new RefundId(call.Credential.Merchant, outcome.Subject), outcome.Sequence, call.Cancel)
            ?? throw new InvalidOperationException("A kept answer names a refund that is not in the books.");
        return Told(call, view, StatusCodes.Status201Created, TmfSelection.All) with
        {
            Location = HrefOf(call, view),
            Replayed = outcome.Replayed,
        };
    }

    /// <summary>GET of one refund, or of what is selected of it.</summary>
    public async Task<Answer> FindAsync(Call call)
    {
        if (TmfSelection.Read(call.Http.Request.Query[TmfSelection.Parameter], TmfAttributes.Refund, alwaysShown) is not { } selection)
            return Tell(TmfListRequest.NothingSelected);
        return await RefundName.FindAsync(call, call.PathValue("id")) is { } view
            ? Told(call, view, StatusCodes.Status200OK, selection)
            : Tell(TmfError.NotFound("No refund has this id.", "Check the id."));
    }

    /// <summary>GET of the list.</summary>
    public async Task<Answer> ListAsync(Call call)
    {
        var address = refunds(call.Http.Request);
        var list = new TmfList<RefundView>
        {
            Attributes = TmfAttributes.Refund,
            AlwaysShown = alwaysShown,
            Address = address,
            ReadAsync = query => call.Books.RefundsAsync(query, call.Cancel),
            IdOf = view => view.Refund.Id.Value,
            Write = (json, view) => Tmf676Responses.Refund(json, view, HrefOf(call, view), payments(call.Http.Request)),
            ToCriteriaAsync = filter => Tmf676Filters.OfRefundAsync(filter, call, $"{address}/"),
        };
        var (answer, error) = await list.AnswerAsync(call);
        return answer ?? Tell(error!);
    }

    private static Answer Tell(TmfError error) => error.ToAnswer(writesNulls: false);

    private Answer Told(Call call, RefundView view, int status, TmfSelection selection) => new(
        status, json => selection.Write(
            json, whole => Tmf676Responses.Refund(whole, view, HrefOf(call, view), payments(call.Http.Request))));

    private string HrefOf(Call call, RefundView view) => $"{refunds(call.Http.Request)}/{view.Refund.Id.Value:D}";

    private static async Task<Command> CommandAsync(Call call, TmfRefund said)
    {
        var merchant = call.Credential.Merchant;
        if (said.Said.TotalAmount!.Amount is not { } amount)
            return Tmf676Requests.BareRefund(said, call.Origin, call.Credential.Installation, call.NewId);
        // A repeated request is answered whatever has become of payments since; any other finds that there is none, or no credit.
        if (said.Payment is { } named)
        {
            var payment = await PaymentName.FindAsync(call, named.Id);
            return Tmf676Requests.Refund(said, payment?.Payment.Id ?? new PaymentId(merchant, Guid.Empty), call.Origin, call.NewId);
        }

        var account = said.Said.Account!.Id;
        var known = await call.Books.AccountAsync(new Reference(merchant, TmfNames.Tmf676, TmfNames.Account, account), call.Cancel);
        var id = known?.Id ?? (Guid.TryParseExact(account, "D", out var own) ? new AccountId(merchant, own) : null);
        var payments = id is { } found ? await AccountCredit.PaymentsAsync(call, found, amount) : [];
        return Tmf676Requests.CreditRefund(said, payments, amount, call.Origin, call.NewId);
    }
}
