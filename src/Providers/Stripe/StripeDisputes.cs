using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Providers;
using Quittance.Providers.Http;

namespace Quittance.Providers.Stripe;

/// <summary>
/// Reads disputes (docs.stripe.com/api/disputes). An inquiry, whose status begins with <c>warning_</c>, takes no money. A debit that its
/// bank returns is a dispute too, and lost from its beginning.
/// </summary>
internal sealed class StripeDisputes(HttpAccount account)
{
    private const string Inquiry = "warning_";

    public async Task<(ListedDispute? Dispute, bool IsKnown)> FindAsync(string dispute, CancellationToken cancel)
    {
        if (await account.ShownAsync($"v1/disputes/{Uri.EscapeDataString(dispute)}?expand[]=payment_intent", cancel) is not { } body)
            return (null, false);
        var found = Read(body, dispute);
        if (!found.IsKnown)
            account.NotShown($"{dispute} can't be read");
        return found;
    }

    private static (ListedDispute? Dispute, bool IsKnown) Read(ReadOnlyMemory<byte> body, string name)
    {
        using var document = StrictJson.TryParse(body);
        if (document?.RootElement is not { } dispute || StrictJson.Text(dispute, "object") != "dispute"
            || StrictJson.Reference(dispute) != name || StrictJson.Text(dispute, "status") is not { } status)
        {
            return (null, false);
        }

        // A merchant may have other payments at Stripe, which are not in the books.
        if (StrictJson.Object(dispute, "payment_intent") is not { } intent || StrictJson.OfMetadata(intent, "attempt") is not { } attempt
            || status.StartsWith(Inquiry, StringComparison.Ordinal))
        {
            return (null, true);
        }

        return StripeJson.Amount(dispute, "amount") is { } amount && FeeOf(dispute, amount.Currency) is { } fee
            ? (new ListedDispute(
                name, StripeJson.IsDebit(intent) ? DisputeKind.ReturnedDebit : DisputeKind.Chargeback, attempt, amount, fee,
                StateOf(status), default), true)
            : (null, false);
    }

    /// <summary>The fee of the withdrawal. One in another currency than the dispute's is in the payout report alone.</summary>
    private static Money? FeeOf(JsonElement dispute, Currency currency)
    {
        var fee = new Money(0, currency);
        if (StrictJson.Objects(dispute, "balance_transactions") is not { } moved)
            return null;
        foreach (var one in moved)
        {
            if (StrictJson.Whole(one, "amount") < 0 && StripeJson.Amount(one, "fee") is { } taken && taken.Currency == currency)
                fee = taken;
        }

        return fee;
    }

    private static ListedDisputeState StateOf(string status) => status switch
    {
        "won" => ListedDisputeState.Won,
        "lost" => ListedDisputeState.Lost,
        _ => ListedDisputeState.Open,
    };
}
