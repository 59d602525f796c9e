using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Attempts;
using Quittance.Core.Instruments;
using Quittance.Core.Payments;
using Quittance.Core.Profiles;
using Quittance.Core.Providers;
using Quittance.Core.Sessions;
using Quittance.Dialects.Http;
using Quittance.Dialects.Http.Json;

namespace Quittance.Dialects.Widget;

/// <summary>A session as the customer sees it.</summary>
/// <param name="Customer">The secret that lets the customer in.</param>
/// <param name="Now">The time.</param>
public sealed record WidgetView(Session Session, Credential Customer, DateTimeOffset Now)
{
    /// <summary>The payment that was begun in it.</summary>
    public Payment? Payment { get; init; }

    /// <summary>The request to the provider for it.</summary>
    public Attempt? Authorisation { get; init; }

    /// <summary>The instrument that was chosen in it.</summary>
    public Instrument? Chosen { get; init; }

    /// <summary>
    /// The chosen bank account as the vault holds it, for the data that its holder gave with the mandate; null elsewhere.
    /// </summary>
    public InstrumentSecret? Account { get; init; }

    /// <summary>
    /// The requests for other payments of what a payment link is for, which keep the customer from paying in the payment
    /// session.
    /// </summary>
    public IReadOnlyList<Attempt> Claims { get; init; } = [];

    /// <summary>Whether nothing is due by the payment link any more.</summary>
    public bool IsSettled { get; init; }

    /// <summary>The authorisations that wait for the customer at the bank, so that the customer can give their payments up.</summary>
    public IEnumerable<Attempt> Waiting => Claims.Append(Authorisation).OfType<Attempt>().Where(attempt => attempt.WaitsForCustomer);

    /// <summary>Whether the customer can give up all payments that are in the way.</summary>
    public bool MayGiveUp => Status switch
    {
        "pending" => Authorisation?.WaitsForCustomer == true,
        "claimed" => Claims.GroupBy(attempt => attempt.Payment).All(payment => payment.Any(attempt => attempt.WaitsForCustomer)),
        _ => false,
    };

    /// <summary>What customers see of the merchant.</summary>
    public MerchantProfile Profile { get; init; } = MerchantProfile.None;

    /// <summary>The instruments that the customer may choose.</summary>
    public IReadOnlyList<Instrument> Offered { get; init; } = [];

    /// <summary>Whether the customer may choose autopay with a new card or bank account.</summary>
    public bool OffersAutopay { get; init; }

    /// <summary>The stored instruments with which the customer may choose autopay: those without a consent in force.</summary>
    public IReadOnlyList<InstrumentId> OffersAutopayWith { get; init; } = [];

    /// <summary>The provider of each way to pay that one charges now; null where nothing is offered.</summary>
    public IReadOnlyDictionary<PaymentChoice, IProvider>? Charging { get; init; }

    /// <summary>The state of the session, in the widget's words.</summary>
    public string Status => IsSettled && Standing is ("open" or "expired") ? "used"
        : Standing != "open" ? Standing
        : Claims.Count > 0 ? "claimed"
        : Session.Page is not null ? "entering" : "open";

    private string Standing => Session.Status == SessionStatus.Used ? "used"
        : Session.IsExpired(Now) ? "expired"
        : Payment is null ? Session.Instrument is null ? "open" : "ready"
        : Payment.Status switch
        {
            PaymentStatus.Pending or PaymentStatus.Unknown => "pending",
            PaymentStatus.Authorised or PaymentStatus.Settling or PaymentStatus.Captured => "ready",
            PaymentStatus.Declined or PaymentStatus.Failed or PaymentStatus.Cancelled => Session.IsTriedOut ? "exhausted" : "open",
        };

    /// <summary>
    /// Why the payment failed; null when it did not. A payment that was authorised and declined only when it was booked has no reason here:
    /// the customer can't help it with another card.
    /// </summary>
    public DeclineReason? Declined =>
        Payment is { Status: PaymentStatus.Declined or PaymentStatus.Failed } && Authorisation is not { Status: AttemptStatus.Approved }
        ? Authorisation?.Reason ?? DeclineReason.Declined
        : null;

    /// <summary>The token for the result of the session.</summary>
    public string RequestToken => SessionToken.ForRequest(Session.Id, Customer.HashKey.Span);
}

/// <summary>Writes the answers to the widget's frame.</summary>
internal static class WidgetResponses
{
    /// <summary>The session, with what the customer may choose.</summary>
    public static void Session(Utf8JsonWriter json, WidgetView view)
    {
        var session = view.Session;
        json.WriteStartObject();
        json.WriteString("status", view.Status);
        if (view is { Status: "open", Declined: { } reason })
            json.WriteString("failure", WidgetErrors.Declined(reason).Code);
        else if (view is { Status: "open", Payment.Status: PaymentStatus.Cancelled })
            json.WriteString("failure", WidgetErrors.GivenUp);
        json.WriteStartObject("amount");
        json.WriteAmount("amount"u8, session.Amount);
        json.WriteString("currency", session.Amount.Currency.Code);
        json.WriteEndObject();
        json.WriteString("referenceText", session.ReferenceText);
        json.WriteString("merchant", view.Customer.Installation.MerchantName);
        if (view.Profile.Logo is { } logo)
            json.WriteString("logo", logo.Tag);
        if (view.Profile.Colour is { } colour)
            WriteLook(json, colour);
        json.WriteString("scope", session.Scope == SessionScope.MemberAccount ? "MEMBER_ACCOUNT" : "ECOM");
        json.WriteStartArray("choices");
        foreach (var choice in session.Choices.Where(choice => !choice.IsCollected() || view.Charging!.ContainsKey(choice)))
            json.WriteStringValue(ChoiceWords.Of(choice));
        json.WriteEndArray();
        // The instruments that the customer enters on the provider's own page.
        json.WriteStartArray("pages");
        foreach (var choice in session.Choices.Where(choice => view.Charging!.GetValueOrDefault(choice) is IInstrumentPages))
            json.WriteStringValue(ChoiceWords.Of(choice));
        json.WriteEndArray();
        json.WriteBoolean(
            "mayOfferWallets", view.Charging?.GetValueOrDefault(PaymentChoice.CreditCard) is IInstrumentPages { MayOfferWallets: true });
        json.WriteBoolean("requiresSignature", session.RequiresSignature);
        json.WriteBoolean("mayStore", session.MayStore);
        if (view.OffersAutopay)
            WriteAutopay(json);
        WriteOffered(json, view);
        json.WriteStartObject("creditor");
        json.WriteString("name", view.Customer.Installation.MerchantName);
        json.WriteEndObject();
        json.WriteString("expiresAt", session.ExpiresAt);
        WriteOutcome(json, view);
        json.WriteEndObject();
    }

    /// <summary>The provider's page on which the customer goes on.</summary>
    public static void SentTo(Utf8JsonWriter json, Uri address)
    {
        json.WriteStartObject();
        json.WriteString("status", "pending");
        json.WriteString("redirectTo", address.AbsoluteUri);
        json.WriteEndObject();
    }

    /// <summary>The result of a payment.</summary>
    public static void Submitted(Utf8JsonWriter json, WidgetView view)
    {
        json.WriteStartObject();
        json.WriteString("status", view.Status);
        WriteOutcome(json, view);
        json.WriteEndObject();
    }

    /// <summary>The merchant's colour, as it can be read in the light look and in the dark one, and what can be read on it.</summary>
    private static void WriteLook(Utf8JsonWriter json, BrandColour own)
    {
        json.WriteStartObject("look");
        foreach (var (name, ground) in new[] { ("light", BrandColour.LightGround), ("dark", BrandColour.DarkGround) })
        {
            var primary = own.ReadableOn(ground);
            json.WriteString(name, $"{primary}");
            json.WriteString($"on-{name}", $"{primary.TextOn}");
        }

        json.WriteEndObject();
    }

    /// <summary>The words of the consent, of which the frame shows those in its language.</summary>
    private static void WriteAutopay(Utf8JsonWriter json)
    {
        json.WriteStartObject("autopay");
        foreach (var language in AutopayTexts.Languages)
            json.WriteString(language, AutopayTexts.Of(language));
        json.WriteEndObject();
    }

    private static void WriteOffered(Utf8JsonWriter json, WidgetView view)
    {
        json.WriteStartArray("instruments");
        foreach (var instrument in view.Offered)
        {
            var shown = instrument.Vaulted!.Shown;
            json.WriteStartObject();
            json.WriteString("id", instrument.Id.Value);
            json.WriteString("choice", ChoiceWords.Of(Core.Sessions.Session.ChoiceOf(instrument.Vaulted)));
            json.WriteString("label", shown.ToString());
            if (shown.Scheme is { } scheme)
                json.WriteString("brand", scheme.ToString());
            if (shown.Expiry is { } expiry)
                json.WriteString("expiry", TextOf(expiry));
            json.WriteBoolean("mayAutopay", view.OffersAutopayWith.Contains(instrument.Id));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteOutcome(Utf8JsonWriter json, WidgetView view)
    {
        if (view.Status == "pending" && view.Authorisation?.RedirectTo is { } redirect)
            json.WriteString("redirectTo", redirect);
        if (view.Status is "pending" or "claimed")
            json.WriteBoolean("mayGiveUp", view.MayGiveUp);
        if (view.Status != "ready")
            return;
        json.WriteString("paymentRequestToken", view.RequestToken);
        json.WritePropertyName("details");
        WriteDetails(json, view);
        if (view.Chosen is { IsOffered: true } kept)
            json.WriteString("paymentInstrumentToken", $"pit_{kept.Id.Value:N}");
    }

    /// <summary>The instrument as the embedding page may see it (Sport Alliance 3.6): masked.</summary>
    private static void WriteDetails(Utf8JsonWriter json, WidgetView view)
    {
        json.WriteStartObject();
        if (view.Chosen?.Vaulted is not { } vaulted)
        {
            json.WriteStartObject((view.Chosen?.Method ?? view.Payment?.Method) == PaymentMethod.Cash ? "cash" : "bankTransfer");
            json.WriteEndObject();
        }
        else if (vaulted.Shown.Kind == InstrumentKind.Card)
        {
            json.WriteStartObject("creditCard");
            json.WriteString("cardHolder", vaulted.Shown.Holder ?? "");
            json.WriteString("cardNumber", $"···· {vaulted.Shown.LastFour}");
            json.WriteString("expiry", vaulted.Shown.Expiry is { } expiry ? TextOf(expiry) : "");
            json.WriteString("brand", vaulted.Shown.Scheme?.ToString());
            json.WriteEndObject();
        }
        else if (vaulted.Shown.Kind == InstrumentKind.UkAccount)
        {
            json.WriteStartObject("bacs");
            json.WriteString("accountHolder", vaulted.Shown.Holder);
            json.WriteString("bankAccountNumber", $"···· {vaulted.Shown.LastFour}");
            json.WriteString("bankLocationId", (view.Account as UkAccount)?.SortCode.ToString() ?? "");
            json.WriteString("directDebitPdfFormUrl", "");
            json.WriteString("mandateId", vaulted.Mandate?.Reference);
            if ((view.Account as UkAccount)?.Email is { } email)
                json.WriteString("shopperEmail", email);
            json.WriteEndObject();
        }
        else
        {
            WriteIban(json, vaulted, view.Account as IbanAccount);
        }

        json.WriteEndObject();
    }

    private static void WriteIban(Utf8JsonWriter json, Vaulted vaulted, IbanAccount? account)
    {
        json.WriteStartObject(vaulted.Mandate?.Scheme switch
        {
            MandateScheme.SwissDebit => "chDD",
            MandateScheme.SwissLsv => "lsvDD",
            _ => "sepa",
        });
        json.WriteStartObject("bankAccountDetails");
        json.WriteString("accountHolder", vaulted.Shown.Holder);
        json.WriteString("bankName", "");
        json.WriteString("bic", account?.Bic?.ToString() ?? "");
        json.WriteString("iban", $"{vaulted.Shown.Country} ···· {vaulted.Shown.LastFour}");
        if (account?.Signature is { } signature)
            json.WriteString("signature", signature);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string TextOf(CardExpiry expiry) => $"{expiry.Month:00}/{expiry.Year % 100:00}";
}
