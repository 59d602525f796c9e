using Microsoft.Extensions.Logging;
using Quittance.Core.Providers;

namespace Quittance.Providers.Stripe;

/// <summary>Reads what an intent or a refund of Stripe's says about a request. What is about another one is unknown.</summary>
internal sealed class StripeAnswers(ILogger log)
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
            return Unreadable(Verb.Authorise, request);
        if (Differs(intent, request) is { } what)
            return Another(Verb.Authorise, request, what);
        return Named(Verb.Authorise, request, intent.Id, intent.Authorisation ?? ProviderAnswer.Unknown);
    }

    public ProviderAnswer OfCapture(StripeIntent? intent, ProviderRequest request)
    {
        if (intent is null)
            return Unreadable(Verb.Capture, request);
        if (intent.Attempt != request.Authorisation!.Value.Value)
            return Another(Verb.Capture, request, "authorisation");
        // Captured by another request, or by a person at Stripe's console: this one was not carried out.
        if (intent.Capture != request.Id.Value)
            return ProviderAnswer.NotFound;
        if ((intent.Status == "succeeded" && intent.Received != request.Amount) || (intent.IsDebit && intent.Amount != request.Amount))
            return Another(Verb.Capture, request, "amount");
        return Named(Verb.Capture, request, intent.Id, intent.Captured ?? ProviderAnswer.Unknown);
    }

    public ProviderAnswer OfVoid(StripeIntent? intent, ProviderRequest request)
    {
        if (intent is null)
            return Unreadable(Verb.Void, request);
        if (intent.Attempt != request.Authorisation!.Value.Value)
            return Another(Verb.Void, request, "authorisation");
        return Named(Verb.Void, request, intent.Id, intent.Status switch
        {
            "canceled" => ProviderAnswer.Approved,
            "succeeded" => ProviderAnswer.Declined(DeclineReason.AuthorisationInvalid),
            "requires_payment_method" or "requires_confirmation" or "requires_action" or "requires_capture" or "processing" =>
                ProviderAnswer.NotFound,
            _ => ProviderAnswer.Unknown,
        });
    }

    public ProviderAnswer OfRefund(StripeRefund? refund, string intent, ProviderRequest request)
    {
        if (refund is null)
            return Unreadable(Verb.Refund, request);
        if (refund.Attempt != request.Id.Value || refund.Intent != intent || refund.Amount != request.Amount)
            return Another(Verb.Refund, request, refund.Attempt != request.Id.Value ? "attempt" : "amount or intent");
        return Named(Verb.Refund, request, refund.Id, refund.Status switch
        {
            "succeeded" => ProviderAnswer.Approved,
            "pending" or "requires_action" => ProviderAnswer.Pending,
            "failed" or "canceled" => ProviderAnswer.Declined(DeclineReason.Declined),
            _ => ProviderAnswer.Unknown,
        });
    }

    private ProviderAnswer Named(Verb verb, ProviderRequest request, string reference, ProviderAnswer answer)
    {
        if (answer.Verdict is Verdict.Unknown)
            return Unreadable(verb, request);
        ProviderLog.Answered(log, StripeProvider.ProviderName, verb, request.Id.Value, answer.Verdict);
        return answer.Verdict == Verdict.NotFound ? answer : answer with { Reference = reference };
    }

    /// <summary>An answer that says nothing.</summary>
    public ProviderAnswer Unreadable(Verb verb, ProviderRequest request)
    {
        ProviderLog.Unknown(log, StripeProvider.ProviderName, verb, request.Id.Value, "an answer that can't be read");
        return ProviderAnswer.Unknown;
    }

    /// <summary>An answer about something else than was asked.</summary>
    public ProviderAnswer Another(Verb verb, ProviderRequest request, string what)
    {
        ProviderLog.AnsweredAnother(log, StripeProvider.ProviderName, verb, request.Id.Value, what);
        return ProviderAnswer.Unknown;
    }
}
