using Microsoft.AspNetCore.Http;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Engine;
using Quittance.Core.Lists;
using Quittance.Core.Payments;
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
    private const int ReadAtOnce = 100;

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
        if (said.Said.TotalAmount!.Amount is not { } amount)
            return Tmf676Requests.BareRefund(said, call.Origin, call.Credential.Installation, call.NewId);
        var payment = said.Payment is { } named
            ? (await PaymentName.FindAsync(call, named.Id))?.Payment.Id
            : await WithCreditAsync(call, said.Said.Account!.Id, amount);
        // A repeated request is answered whatever has become of the payment since; any other finds that there is none of this id.
        return Tmf676Requests.Refund(said, payment ?? new PaymentId(call.Credential.Merchant, Guid.Empty), call.Origin, call.NewId);
    }

    /// <summary>TMF676 5.18: where no payment is named, the account's oldest one that has that much which settles no bill.</summary>
    private static async Task<PaymentId?> WithCreditAsync(Call call, string account, Money amount)
    {
        var merchant = call.Credential.Merchant;
        var known = await call.Books.AccountAsync(new Reference(merchant, TmfNames.Tmf676, TmfNames.Account, account), call.Cancel);
        if (known?.Id.Value is not { } id && !Guid.TryParseExact(account, "D", out id))
            return null;
        var query = new ListQuery(merchant, ReadAtOnce)
        {
            Criteria = [new AccountCriterion([id]), new StatusCriterion<PaymentStatus>([PaymentStatus.Captured])],
        };
        for (var slice = await call.Books.PaymentsAsync(query, call.Cancel); ;)
        {
            var found = slice.Items.FirstOrDefault(
                view => view.Payment.Amount!.Value.Currency == amount.Currency && view.Payment.UnallocatedMinor >= amount.AmountMinor);
            if (found is not null || !slice.HasMore)
                return found?.Payment.Id;
            slice = await call.Books.PaymentsAsync(query with { After = slice.Items[^1].Payment.Id.Value }, call.Cancel);
        }
    }
}
