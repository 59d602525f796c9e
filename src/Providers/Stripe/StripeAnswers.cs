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
        return account.Answered(Verb.Authorise, request, intent.Id, intent.Authorisation);
    }

    public ProviderAnswer OfCapture(StripeIntent? intent, ProviderRequest request)
    {
        if (intent is null)
            return account.Unreadable(Verb.Capture, request);
        if (intent.Attempt != request.Authorisation!.Value.Value)
            return account.Another(Verb.Capture, request, "authorisation");
        // Captured by another request, or by a person at Stripe's console: this one was not carried out.
        if (intent.Capture != request.Id.Value)
            return ProviderAnswer.NotFound;
        if ((intent.Status == "succeeded" && intent.Received != request.Amount) || (intent.IsDebit && intent.Amount != request.Amount))
            return account.Another(Verb.Capture, request, "amount");
        return account.Answered(Verb.Capture, request, intent.Id, intent.Captured);
    }

    public ProviderAnswer OfVoid(StripeIntent? intent, ProviderRequest request)
    {
        if (intent is null)
            return account.Unreadable(Verb.Void, request);
        if (intent.Attempt != request.Authorisation!.Value.Value)
            return account.Another(Verb.Void, request, "authorisation");
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
