using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Providers;
using Quittance.Providers.Http;

namespace Quittance.Providers.Stripe;

/// <summary>
/// Reads disputes (docs.stripe.com/api/disputes). One without a withdrawal takes no money: an inquiry, or one that Stripe has prevented. A
/// debit that its bank returns is a dispute too, and lost from its beginning.
/// </summary>
internal sealed class StripeDisputes(HttpAccount account)
{
    public async Task<(ListedDispute? Dispute, bool IsKnown)> FindAsync(string dispute, CancellationToken cancel)
    {
        if (await account.ShownAsync($"v1/disputes/{Uri.EscapeDataString(dispute)}?expand[]=payment_intent", cancel) is not { } body)
            return (null, false);
        var found = Read(body, dispute);
        if (!found.IsKnown)
            account.NotShown($"{dispute} can't be read");
        return found;
    }

    private (ListedDispute? Dispute, bool IsKnown) Read(ReadOnlyMemory<byte> body, string name)
    {
        using var document = StrictJson.TryParse(body);
        if (document?.RootElement is not { } dispute || StrictJson.Text(dispute, "object") != "dispute"
            || StrictJson.Reference(dispute) != name || StrictJson.Text(dispute, "status") is not { } status
            || StrictJson.Objects(dispute, "balance_transactions") is not { } moved)
        {
            return (null, false);
        }

        // A merchant may have other payments at Stripe, which are not in the books.
        if (StrictJson.Object(dispute, "payment_intent") is not { } intent || StrictJson.OfMetadata(intent, "attempt") is not { } attempt
            || !moved.Any(IsWithdrawal))
        {
            return (null, true);
        }

        var state = StateOf(status);
        if (state == ListedDisputeState.Unknown)
            account.WordUnknown("dispute", name, status);
        return StripeJson.Amount(dispute, "amount") is { } amount && KindOf(intent) is { } kind
            ? (new ListedDispute(name, kind, attempt, amount, FeeOf(moved, amount.Currency), state, default), true)
            : (null, false);
    }

    private static bool IsWithdrawal(JsonElement moved) => StrictJson.Whole(moved, "amount") < 0;

    /// <summary>How the payer took the money back; null where the intent's types do not say it.</summary>
    private static DisputeKind? KindOf(JsonElement intent) => StripeJson.IsDebit(intent) ? DisputeKind.ReturnedDebit
        : StripeJson.IsCard(intent) ? DisputeKind.Chargeback : null;

    /// <summary>The fee of the withdrawal. One in another currency than the dispute's is in the payout report alone.</summary>
    private static Money FeeOf(IReadOnlyList<JsonElement> moved, Currency currency)
    {
        var fee = new Money(0, currency);
        foreach (var one in moved)
        {
            if (IsWithdrawal(one) && StripeJson.Amount(one, "fee") is { } taken && taken.Currency == currency)
                fee = taken;
        }

        return fee;
    }

    private static ListedDisputeState StateOf(string status) => status switch
    {
        "needs_response" or "under_review" => ListedDisputeState.Open,
        "won" => ListedDisputeState.Won,
        // Prevented with a withdrawal: the money went back to the payer by a rule of the merchant's, and the dispute never ends otherwise.
        "lost" or "prevented" => ListedDisputeState.Lost,
        _ => ListedDisputeState.Unknown,
    };
}
