using System.Text.Json;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Providers.Http;

namespace Quittance.Providers.Stripe;

/// <summary>
/// Stripe's types of payment methods, and its reasons as ours (docs.stripe.com/declines/codes). That it declined is clear also from a code
/// that we do not know.
/// </summary>
internal static class StripeWords
{
    private const string SepaDebit = "sepa_debit";
    private const string BacsDebit = "bacs_debit";

    /// <summary>The type of the payment methods of a kind of instrument.</summary>
    public static string TypeOf(InstrumentKind kind) => kind switch
    {
        InstrumentKind.Card => "card",
        InstrumentKind.IbanAccount => SepaDebit,
        InstrumentKind.UkAccount => BacsDebit,
    };

    /// <summary>Whether payment methods of a type are bank accounts that are debited.</summary>
    public static bool IsDebit(string type) => type is SepaDebit or BacsDebit;

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
        // Of debits (docs.stripe.com/payments/sepa-debit#failed-payments).
        "account_closed" or "bank_account_closed" or "no_account" or "account_frozen" or "bank_account_restricted"
            or "bank_account_unusable" or "bank_account_invalid_details" or "invalid_account_number" or "branch_does_not_exist"
            or "bank_ownership_changed" or "recipient_deceased" or "incorrect_account_holder_name" or "incorrect_account_holder_address"
            or "incorrect_account_holder_tax_id" => DeclineReason.InstrumentInvalid,
        // The customer has given no mandate, has ended it, or has the bank send the debit back.
        "debit_not_authorized" or "authorization_revoked" or "debit_authorization_not_match" or "debit_disputed"
            or "payment_intent_mandate_invalid" => DeclineReason.NotConfirmed,
        "authentication_required" or "payment_intent_authentication_failure" or "authentication_not_handled" => DeclineReason.NotConfirmed,
        _ => null,
    };
}
