using Microsoft.AspNetCore.Http;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Engine;
using Quittance.Core.Refunds;
using Quittance.Dialects.Http;
using Quittance.Dialects.Tmf676;
using Quittance.Dialects.Tmf676.Resources;

namespace Quittance.Dialects.OracleBrm;

/// <summary>The refunds of Oracle BRM (Oracle BRM 3.7, 5.16).</summary>
/// <param name="address">Where clients reach this server.</param>
internal sealed class OracleBrmRefunds(PublicAddress address)
{
    // References of refunds do not meet those of payments.
    private const string References = $"{TmfNames.OracleBrm} refund";

    private static readonly OracleBrmResource Resource = OracleBrmResource.Refund;

    /// <summary>POST of a refund: 201 with the refund and its address.</summary>
    public async Task<Answer> CreateAsync(Call call)
    {
        if (call.Http.Request.Query.Keys.FirstOrDefault() is { } parameter)
            return Tell(OracleBrmErrors.UnknownParameter(parameter));
        if (!JsonBody.TryParse(call.Body, out var body, out var fault))
            return Tell(Tmf676Errors.Of(fault));
        TmfRefund? said;
        using (body)
        {
            said = OracleBrmRequests.Refund(body);
            if (said is null)
                return Tell(Tmf676Errors.Of(body.Faults));
        }

        var name = OracleBrmNames.Account(said.Said.Account!.Id, call.Credential.Merchant);
        var account = await call.Books.AccountAsync(name, call.Cancel);

        // Oracle BRM 4.6.
        if (said.Payment is null && account is not null && account.Currency != said.Said.TotalAmount!.Amount!.Value.Currency)
            return Tell(OracleBrmErrors.Of(Refusal.CurrencyMismatch, null));
        var command = (await CommandAsync(call, said, name, account)) with
        {
            Key = call.KeyUse(),
            ClientReference = said.Said.CorrelatorId is { Length: > 0 } correlator ? new ClientReference(References, correlator, call.RequestHash) : null,
        };
        var outcome = await call.SubmitAsync(command);
        if (!outcome.Accepted)
            return Tell(OracleBrmErrors.OfRefund(outcome.Faults[0].Refusal, isOfCredit: said.Payment is null));

        var view = outcome.Refund
            ?? await call.Books.RefundAsync(new RefundId(call.Credential.Merchant, outcome.Subject), outcome.Sequence, call.Cancel)
            ?? throw new InvalidOperationException("A kept answer names a refund that is not in the books.");
        return new Answer(StatusCodes.Status201Created, json => OracleBrmResponses.Refund(json, view, address))
        {
            Location = OracleBrmResponses.RefundHref(address, view.Refund),
            Replayed = outcome.Replayed,
        };
    }

    /// <summary>GET of one refund, or of what is selected of it.</summary>
    public async Task<Answer> FindAsync(Call call)
    {
        var (query, error) = OracleBrmQuery.ReadOne(call.Http.Request, Resource);
        if (query is null)
            return Tell(error!);
        var name = call.PathValue("id");
        if (Poid.TryParse(name.Replace(' ', '+'), out var poid) && poid.Class != Poid.RefundClass)
            return Tell(OracleBrmErrors.WrongClass("id", poid, Poid.RefundClass));
        return await RefundName.FindAsync(call, name) is { } view
            ? new Answer(StatusCodes.Status200OK, json => query.Page.Selection.Write(
                json, whole => OracleBrmResponses.Refund(whole, view, address, query.IsExtended)))
            : Tell(TmfError.NotFound("No refund has this id.", "Check the id."));
    }

    /// <summary>GET of the list.</summary>
    public async Task<Answer> ListAsync(Call call)
    {
        var (query, error) = OracleBrmQuery.ReadList(call.Http.Request, Resource);
        if (query is null)
            return Tell(error!);
        var pages = new TmfPages<RefundView>
        {
            IsNewestFirst = true,
            Address = OracleBrmResponses.RefundsHref(address),
            ReadAsync = list => call.Books.RefundsAsync(list, call.Cancel),
            IdOf = view => view.Refund.Id.Value,
            Write = (json, view) => OracleBrmResponses.Refund(json, view, address, query.IsExtended),
        };
        return await pages.AnswerAsync(call, query.Page, await query.ToCriteriaAsync(call, Resource));
    }

    private static Answer Tell(TmfError error) => error.ToAnswer(writesNulls: true);

    private static async Task<Command> CommandAsync(Call call, TmfRefund said, Reference name, Account? account)
    {
        var merchant = call.Credential.Merchant;
        var (target, id) = (AccountTarget.Named(name), new RefundId(merchant, call.NewId()));
        var details = (account is null ? said : await WithOwnMethodAsync(call, said, account)).ToDetails();
        var amount = said.Said.TotalAmount!.Amount!.Value;
        if (said.Payment is null)
        {
            var payments = account is null ? [] : await AccountCredit.PaymentsAsync(call, account.Id, amount);
            return new RefundCredit(call.Origin, target, payments, id, TmfNames.OracleBrm, amount) { Details = details };
        }

        // A repeated request is answered whatever has become of the payment since; any other finds that there is none of this id.
        var payment = (await PaymentName.FindAsync(call, said.Payment.Id))?.Payment.Id ?? new PaymentId(merchant, Guid.Empty);
        return new RefundPayment(call.Origin, target, payment, id, TmfNames.OracleBrm) { Amount = amount, Details = details };
    }

    /// <summary>Oracle BRM 5.7: a stored method that is not the bill unit's is replaced by that, and shown so.</summary>
    private static async Task<TmfRefund> WithOwnMethodAsync(Call call, TmfRefund said, Account account)
    {
        if (!OracleBrmRequests.RefersToMethod(said) || await call.Books.OwnInstrumentAsync(account.Id, call.Cancel) is not { } own)
            return said;
        var method = new TmfMethod
        {
            Id = own.Reference,
            Name = own.Name,
            Tags = new TmfTags { Type = TmfWords.MethodReference, ReferredType = OracleBrmResponses.KindWord(own.Method) },
        };
        return said with { Said = said.Said with { Method = said.Said.Method.Id == own.Reference ? said.Said.Method with { Name = own.Name } : method } };
    }
}
