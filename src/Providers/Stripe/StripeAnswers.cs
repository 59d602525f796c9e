using Quittance.Core.Providers;
using Quittance.Providers.Http;

namespace Quittance.Providers.Stripe;

/// <summary>Reads what an intent says about a request. An intent of another request is unknown.</summary>
internal sealed class StripeAnswers(HttpAccount account)
{
    /// <summary>In what an intent is not the one that was asked for; null for nothing.</summary>
    public static string? Differs(StripeIntent intent, ProviderRequest request)
    {
        if (intent.Attempt != request.Id.Value)
            return "attempt";
        var amount = intent.Capture is null ? intent.Amount : intent.Authorised;
        return intent.Amount.Currency != request.Amount.Currency ? "currency" : amount != request.Amount ? "amount"
            : intent.IsManual || intent.IsDebit ? null : "capture method";
    }

    public ProviderAnswer OfAuthorisation(StripeIntent? intent, ProviderRequest request)
    {
        if (intent is null)
            return account.Unreadable(Verb.Authorise, request);
        if (Differs(intent, request) is { } what)
            return account.Another(Verb.Authorise, request, what);
        if (!intent.HasKnownStatus)
            return account.WordUnknown(Verb.Authorise, request, "payment_intent", intent.Id, intent.Status);
        return account.Answered(Verb.Authorise, request, intent.Id, intent.Authorisation);
    }

    public ProviderAnswer OfCapture(StripeIntent? intent, ProviderRequest request)
    {
        if (intent is null)
            return account.Unreadable(Verb.Capture, request);
        if (intent.Attempt != request.Authorisation!.Value.Value)
            return account.Another(Verb.Capture, request, "authorisation");
        if (!intent.HasKnownStatus)
            return account.WordUnknown(Verb.Capture, request, "payment_intent", intent.Id, intent.Status);
        // Captured by another request: this one was not carried out.
        if (IdOfCapture(intent, request) != request.Id.Value)
            return ProviderAnswer.NotFound;
        if ((intent.Status == "succeeded" && intent.Received != request.Amount) || (intent.IsDebit && intent.Amount != request.Amount))
            return account.Another(Verb.Capture, request, "amount");
        return account.Answered(Verb.Capture, request, intent.Id, intent.Captured);
    }

    /// <summary>The attempt that captured an intent: ours, or the payment's first where a person did it at Stripe's console.</summary>
    private Guid? IdOfCapture(StripeIntent intent, ProviderRequest request) => intent.Capture
        ?? (intent.Status == "succeeded" ? account.IdOfCapture(intent.Payment ?? request.Payment?.Value, intent.Id) : null);

    public ProviderAnswer OfVoid(StripeIntent? intent, ProviderRequest request)
    {
        if (intent is null)
            return account.Unreadable(Verb.Void, request);
        if (intent.Attempt != request.Authorisation!.Value.Value)
            return account.Another(Verb.Void, request, "authorisation");
        if (!intent.HasKnownStatus)
            return account.WordUnknown(Verb.Void, request, "payment_intent", intent.Id, intent.Status);
        return account.Answered(Verb.Void, request, intent.Id, intent.Status switch
        {
            "canceled" => ProviderAnswer.Approved,
            "succeeded" => ProviderAnswer.Declined(DeclineReason.AuthorisationInvalid),
            "requires_payment_method" or "requires_confirmation" or "requires_action" or "requires_capture" or "processing" =>
                ProviderAnswer.NotFound,
            _ => null,
        });
    }
}
