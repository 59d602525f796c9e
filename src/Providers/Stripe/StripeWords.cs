using System.Text.Json;
using Quittance.Core.Providers;
using Quittance.Providers.Http;

namespace Quittance.Providers.Stripe;

/// <summary>
/// Stripe's reasons as ours (docs.stripe.com/declines/codes). That it declined is clear also from a code that we do not know.
/// </summary>
internal static class StripeWords
{
    /// <summary>The reason in an error: its decline code where it has one, else its code.</summary>
    public static DeclineReason ToReason(JsonElement error) =>
        Of(StrictJson.Text(error, "decline_code")) ?? Of(StrictJson.Text(error, "code")) ?? DeclineReason.Declined;

    private static DeclineReason? Of(string? code) => code switch
    {
        "insufficient_funds" or "withdrawal_count_limit_exceeded" or "card_velocity_exceeded" => DeclineReason.InsufficientFunds,
        "expired_card" or "invalid_expiry_month" or "invalid_expiry_year" => DeclineReason.Expired,
        "incorrect_cvc" or "invalid_cvc" => DeclineReason.SecurityCodeWrong,
        "incorrect_number" or "invalid_number" or "invalid_account" or "new_account_information_available" or "card_not_supported"
            or "currency_not_supported" or "lost_card" or "stolen_card" or "pickup_card" or "restricted_card" =>
            DeclineReason.InstrumentInvalid,
        "authentication_required" or "payment_intent_authentication_failure" or "authentication_not_handled" => DeclineReason.NotConfirmed,
        _ => null,
    };
}
