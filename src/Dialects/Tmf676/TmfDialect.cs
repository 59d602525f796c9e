using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Payments;
using Quittance.Dialects.Http;
using Quittance.Dialects.Tmf676.Resources;

namespace Quittance.Dialects.Tmf676;

/// <summary>
/// What the TMF676 mount and the Oracle BRM mount share: how a payment is created and looked up. In what they differ says
/// each for itself.
/// </summary>
public abstract class TmfDialect : Dialect
{
    /// <summary>Whether attributes without a value are written as null.</summary>
    protected abstract bool WritesNulls { get; }

    public override Answer Refuse(HttpContext http, EdgeFault fault, string? detail = null) =>
        Tell(Tmf676Errors.Of(fault, detail)) with { Challenge = BearerToken.Challenge(http, fault) };

    /// <summary>What is wrong with the query or path; null for nothing.</summary>
    protected virtual TmfError? ErrorInAddress(Call call) => null;

    /// <summary>Reads a request to record a payment. Null, with faults in the body, when it is not well formed.</summary>
    protected abstract TmfRequest? Read(JsonBody body, Call call);

    /// <summary>What is wrong with names in a request that never change; null for nothing. All else is for the engine to tell.</summary>
    protected virtual Task<TmfError?> ErrorInBooksAsync(TmfRequest request, Call call) => Task.FromResult<TmfError?>(null);

    /// <summary>The error for a command that was refused.</summary>
    /// <param name="refusal">Why.</param>
    /// <param name="bill">The attribute that names the bill it is about; null for the payment as a whole.</param>
    protected abstract TmfError ErrorForRefusal(Refusal refusal, string? bill);

    /// <summary>The address of a payment.</summary>
    protected abstract string HrefOf(HttpRequest request, Payment payment);

    /// <summary>Writes a payment.</summary>
    protected abstract void Write(Utf8JsonWriter json, PaymentView view, string href);

    /// <summary>What a GET of one payment selects; null where that is nothing that there is.</summary>
    protected abstract TmfSelection? SelectionOf(Call call);

    /// <summary>Writes a payment in the form that a GET asks for.</summary>
    protected virtual void Write(Utf8JsonWriter json, PaymentView view, string href, Call call) => Write(json, view, href);

    /// <summary>POST of a payment: 201 with the payment and its address.</summary>
    protected async Task<Answer> CreateAsync(Call call)
    {
        if (ErrorInAddress(call) is { } error)
            return Tell(error);
        if (!JsonBody.TryParse(call.Body, out var body, out var fault))
            return Tell(Tmf676Errors.Of(fault));
        TmfRequest? request;
        using (body)
        {
            request = Read(body, call);
            if (request is null)
                return Tell(Tmf676Errors.Of(body.Faults));
        }

        if (await ErrorInBooksAsync(request, call) is { } contradiction)
            return Tell(contradiction);
        var command = request.Command with { Key = call.KeyUse(), ClientReference = ReferenceOf(request, call) };
        var outcome = await call.SubmitAsync(command);
        if (!outcome.Accepted)
            return Tell(ErrorForFault(outcome.Faults[0], request));

        var view = await call.PaymentAsync(outcome);
        var href = HrefOf(call.Http.Request, view.Payment);
        return new Answer(StatusCodes.Status201Created, json => Write(json, view, href))
        {
            Location = href,
            Payment = view.Payment.Id.Value,
            Replayed = outcome.Replayed,
        };
    }

    /// <summary>GET of one payment, or of what is selected of it.</summary>
    protected async Task<Answer> FindAsync(Call call)
    {
        if (ErrorInAddress(call) is { } error)
            return Tell(error);
        if (SelectionOf(call) is not { } selection)
            return Tell(TmfListRequest.NothingSelected);
        if (await PaymentName.FindAsync(call, call.PathValue("id")) is not { } view)
            return Tell(TmfError.NotFound("No payment has this id.", "Check the id."));
        var href = HrefOf(call.Http.Request, view.Payment);
        return new Answer(StatusCodes.Status200OK, json => selection.Write(json, whole => Write(whole, view, href, call)));
    }

    /// <summary>GET of a list.</summary>
    private protected async Task<Answer> ListAsync<TView>(Call call, TmfList<TView> list)
    {
        var (answer, error) = await list.AnswerAsync(call);
        return answer ?? Tell(error!);
    }

    private protected Answer Tell(TmfError error) => error.ToAnswer(WritesNulls);

    private ClientReference? ReferenceOf(TmfRequest request, Call call) => request.CorrelatorId is { Length: > 0 } correlator
        ? new ClientReference(Name, correlator, call.RequestHash)
        : null;

    private TmfError ErrorForFault(Fault fault, TmfRequest request) => ErrorForRefusal(
        fault.Refusal,
        fault.Part < 0 ? null : request.PartAttribute.Replace("{0}", fault.Part.ToString(), StringComparison.Ordinal));
}
