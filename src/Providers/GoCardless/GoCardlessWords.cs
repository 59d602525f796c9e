using System.Collections.Frozen;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;

namespace Quittance.Providers.GoCardless;

/// <summary>GoCardless's words as ours.</summary>
internal static class GoCardlessWords
{
    /// <summary>The scheme of a kind of account in its currency (developer.gocardless.com/api-reference, Supported schemes).</summary>
    public static string? SchemeOf(InstrumentKind kind, string currency) => (kind, currency) switch
    {
        (InstrumentKind.IbanAccount, "EUR") => "sepa_core",
        (InstrumentKind.UkAccount, "GBP") => "bacs",
        _ => null,
    };

    public static MandateScheme? ToScheme(string? scheme) => scheme switch
    {
        "sepa_core" => MandateScheme.Sepa,
        "bacs" => MandateScheme.Bacs,
        _ => null,
    };

    public static InstrumentKind KindOf(MandateScheme scheme) => scheme switch
    {
        MandateScheme.Bacs => InstrumentKind.UkAccount,
        MandateScheme.Sepa or MandateScheme.SwissLsv or MandateScheme.SwissDebit => InstrumentKind.IbanAccount,
    };

    /// <summary>
    /// Why a payment failed or was cancelled: the cause of its event (developer.gocardless.com/api-reference, Event types, Payment), which
    /// GoCardless makes of the bank's own code. That it failed is clear also from a cause that we do not know.
    /// </summary>
    private static readonly FrozenDictionary<string, DeclineReason> ByCause = new Dictionary<string, DeclineReason>
    {
        ["insufficient_funds"] = DeclineReason.InsufficientFunds,
        ["daily_payment_limit_reached"] = DeclineReason.InsufficientFunds,
        // The bank does not say why; almost always the account had not enough money.
        ["refer_to_payer"] = DeclineReason.InsufficientFunds,
        ["account_blocked_for_any_financial_transaction"] = DeclineReason.InstrumentInvalid,
        ["bank_account_closed"] = DeclineReason.InstrumentInvalid,
        ["bank_account_disabled"] = DeclineReason.InstrumentInvalid,
        ["bank_account_transferred"] = DeclineReason.InstrumentInvalid,
        ["direct_debit_not_enabled"] = DeclineReason.InstrumentInvalid,
        ["initial_one_off_payment_failed"] = DeclineReason.InstrumentInvalid,
        ["invalid_bank_details"] = DeclineReason.InstrumentInvalid,
        ["mandate_cancelled"] = DeclineReason.InstrumentInvalid,
        ["mandate_expired"] = DeclineReason.InstrumentInvalid,
        ["mandate_suspended_by_payer"] = DeclineReason.InstrumentInvalid,
        ["customer_approval_denied"] = DeclineReason.NotConfirmed,
        ["insufficient_payment_permissions"] = DeclineReason.NotConfirmed,
        ["payment_cancelled"] = DeclineReason.AuthorisationInvalid,
        ["authorisation_disputed"] = DeclineReason.Declined,
        ["bank_declined_payment"] = DeclineReason.Declined,
        ["instalment_schedule_cancelled"] = DeclineReason.Declined,
        ["other"] = DeclineReason.Declined,
        ["payment_stopped"] = DeclineReason.Declined,
        ["payment_violated_mandate_parameters"] = DeclineReason.Declined,
        ["return_on_odfi_request"] = DeclineReason.Declined,
        ["test_failure"] = DeclineReason.Declined,
    }.ToFrozenDictionary();

    public static DeclineReason ToReason(string? cause) =>
        cause is not null && ByCause.TryGetValue(cause, out var reason) ? reason : DeclineReason.Declined;
}
