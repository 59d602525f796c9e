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
            ? (new ListedDispute(
                name, kind, attempt, amount, FeeOf(moved, amount), MovedStateOf(name, state, amount, moved), default), true)
            : (null, false);
    }

    /// <summary>
    /// What the withdrawals took beside the disputed amount, minor units, such as for a conversion. The amount itself may go more than
    /// once: a dispute that was won can be lost after all.
    /// </summary>
    private static long BesideMinor(IReadOnlyList<JsonElement> moved, Money amount)
    {
        var whole = moved.Count(one => StripeJson.SignedAmount(one, "amount") == (-amount.AmountMinor, amount.Currency));
        return Math.Max(0, -SumOf(moved, amount.Currency, IsWithdrawal) - (Math.Max(1, whole) * amount.AmountMinor));
    }

    /// <summary>
    /// The state by what has moved, which goes before the word: money that came back whole is won. A part that came back is booked by a
    /// person, whom an alert tells; nothing is given to the customer for it.
    /// </summary>
    private ListedDisputeState MovedStateOf(
        string name, ListedDisputeState state, Money amount, IReadOnlyList<JsonElement> moved)
    {
        // What moved in the currency of the merchant's account can't be compared: the word alone tells.
        if (state is ListedDisputeState.Open or ListedDisputeState.Unknown
            || !moved.Any(one => StrictJson.Whole(one, "amount") > 0)
            || moved.Any(one => StripeJson.SignedAmount(one, "amount")?.Currency != amount.Currency))
        {
            return state;
        }

        var goneMinor = -SumOf(moved, amount.Currency, _ => true) - BesideMinor(moved, amount);
        if (goneMinor <= 0)
            return ListedDisputeState.Won;
        if (goneMinor < amount.AmountMinor)
            account.PartCameBack(name, amount, amount with { AmountMinor = amount.AmountMinor - goneMinor });
        else if (state == ListedDisputeState.Won)
            account.WordUnknown("dispute", name, "won");
        return state == ListedDisputeState.Won ? ListedDisputeState.Unknown : state;
    }

    private static long SumOf(IReadOnlyList<JsonElement> all, Currency currency, Func<JsonElement, bool> isOne)
    {
        Int128 sumMinor = 0;
        foreach (var one in all.Where(isOne))
            sumMinor += StripeJson.SignedAmount(one, "amount") is var (minor, moved) && moved == currency ? minor : 0;
        return (long)Int128.Clamp(sumMinor, long.MinValue / 2, long.MaxValue / 2);
    }

    private static bool IsWithdrawal(JsonElement moved) => StrictJson.Whole(moved, "amount") < 0;

    /// <summary>How the payer took the money back; null where the intent's types do not say it.</summary>
    private static DisputeKind? KindOf(JsonElement intent) => StripeJson.IsDebit(intent) ? DisputeKind.ReturnedDebit
        : StripeJson.IsCard(intent) ? DisputeKind.Chargeback : null;

    /// <summary>
    /// The fees of the withdrawals, and what they took above the disputed amount, such as for a conversion. Those in another currency than
    /// the dispute's are in the payout report alone.
    /// </summary>
    private static Money FeeOf(IReadOnlyList<JsonElement> moved, Money amount)
    {
        Int128 feeMinor = BesideMinor(moved, amount);
        foreach (var one in moved)
        {
            if (IsWithdrawal(one) && StripeJson.Amount(one, "fee") is { } taken && taken.Currency == amount.Currency)
                feeMinor += taken.AmountMinor;
        }

        return amount with { AmountMinor = (long)Int128.Clamp(feeMinor, 0, long.MaxValue / 2) };
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
