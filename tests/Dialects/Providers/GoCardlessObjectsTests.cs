using System.Reflection;
using System.Text;
using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Core.Settlements;
using Quittance.Providers.GoCardless;
using Quittance.Providers.Notices;

namespace Quittance.Tests.Providers;

/// <summary>The adapter reads GoCardless's own objects, those of its clients' tests: objects.json names their source.</summary>
public sealed class GoCardlessObjectsTests
{
    private static readonly JsonElement Objects = Load();

    [Fact]
    public void Payment_IsRead()
    {
        var payment = GoCardlessPayment.TryRead(Objects.GetProperty("payments"))!;

        Assert.Equal(
            ("PM123", new Money(10_00, Currency.Parse("EUR")), "submitted", null, 150L),
            (payment.Id, payment.Amount, payment.Status, payment.Attempt, payment.RefundedMinor));
    }

    [Fact]
    public void Refund_IsRead()
    {
        var refund = GoCardlessJson.Refund(Objects.GetProperty("refunds"))!;

        Assert.Equal(
            ("RF123", "PM123", new Money(1_50, Currency.Parse("EUR")), ProviderAnswer.Pending),
            (refund.Id, refund.Of, refund.Amount, refund.Answer));
    }

    [Fact]
    public void Mandate_IsRead_AndNamedAsTheBanksNameIt()
    {
        var mandate = GoCardlessMandate.TryRead(Objects.GetProperty("mandates"))!;

        Assert.Equal(
            ("MD123", "bacs", "pending_submission", "CU123", new DateOnly(2014, 10, 27), false),
            (mandate.Id, mandate.Scheme, mandate.Status, mandate.Customer, mandate.NextChargeOn, mandate.IsOver));
        Assert.Equal("REF-123", GoCardlessObjects.NameOf(mandate, MandateScheme.Bacs));
        Assert.Equal("MD123", GoCardlessObjects.NameOf(mandate with { Reference = "none of Bacs's" }, MandateScheme.Bacs));
    }

    [Fact]
    public void PayoutItem_IsRead()
    {
        var item = GoCardlessItem.TryRead(Objects.GetProperty("payout_items_list").GetProperty("payout_items")[0])!;

        Assert.Equal((SettlementLineKind.Payment, 450L, "PM123", "RF123"), (item.Kind, item.AmountTenths, item.Payment, item.Refund));
    }

    [Theory]
    [InlineData("creditors_list", "creditors")]
    [InlineData("payments_list", "payments")]
    [InlineData("payout_items_list", "payout_items")]
    [InlineData("events_list", "events")]
    public void List_HasAPage_AndItsCursor(string list, string resource)
    {
        var page = GoCardlessJson.Page(Objects.GetProperty(list), resource)!;

        Assert.Equal((1, false, "example after 101"), (page.Items.Count, page.IsLast, page.Next));
    }

    [Fact]
    public void Errors_AreRead()
    {
        Assert.Equal(("invalid_state", "PM00001078ZJJN", true), Error("conflict"));
        Assert.Equal(("invalid_state", null, true), Error("invalid_state"));
        Assert.Equal(("validation_failed", null, true), Error("validation_failed"));
        Assert.Equal(("invalid_api_usage", null, true), Error("unauthorized"));
        Assert.Equal(
            ["branch_code", "country_code"], GoCardlessError.TryRead(BytesOf(Objects.GetProperty("validation_failed")))!.Reasons);
        Assert.Null(GoCardlessError.TryRead("""{"error": "bank_authorisation_expired"}"""u8.ToArray()));

        static (string, string?, bool) Error(string name)
        {
            var error = GoCardlessError.TryRead(BytesOf(Objects.GetProperty(name)))!;
            return (error.Type, error.Conflicting, error.IsRefusal);
        }
    }

    [Fact]
    public void Webhook_ThatGoCardlessPublished_HasTheRightSignature()
    {
        var webhook = Objects.GetProperty("webhook");
        var (body, key, signature) = (TextOf("body"), TextOf("key"), TextOf("signature"));

        var read = Read(body, signature);
        Assert.Equal((null, 0, 0), (read.Refusal, read.Unreadable, read.Notices.Count));
        Assert.NotNull(Read(body, "notatallcorrect").Refusal);
        Assert.NotNull(Read($"{body} ", signature).Refusal);

        string TextOf(string name) => webhook.GetProperty(name).GetString()!;
        NoticeBatch Read(string sent, string header) => new GoCardlessKind().ReadNotices(new PostedNotice(
            name => name == "Webhook-Signature" ? header : null, Encoding.UTF8.GetBytes(sent), [key], DateTimeOffset.UnixEpoch));
    }

    [Theory]
    [InlineData("insufficient_funds", DeclineReason.InsufficientFunds)]
    [InlineData("refer_to_payer", DeclineReason.InsufficientFunds)]
    [InlineData("bank_account_closed", DeclineReason.InstrumentInvalid)]
    [InlineData("mandate_cancelled", DeclineReason.InstrumentInvalid)]
    [InlineData("customer_approval_denied", DeclineReason.NotConfirmed)]
    [InlineData("payment_cancelled", DeclineReason.AuthorisationInvalid)]
    [InlineData("a cause of next year", DeclineReason.Declined)]
    [InlineData(null, DeclineReason.Declined)]
    public void Cause_IsAReason(string? cause, DeclineReason reason) => Assert.Equal(reason, GoCardlessWords.ToReason(cause));

    private static byte[] BytesOf(JsonElement element) => Encoding.UTF8.GetBytes(element.GetRawText());

    private static JsonElement Load()
    {
        using var file = Assembly.GetExecutingAssembly().GetManifestResourceStream("gocardless.objects.json")!;
        using var document = JsonDocument.Parse(file);
        return document.RootElement.Clone();
    }
}
