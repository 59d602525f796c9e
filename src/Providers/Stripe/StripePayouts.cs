using System.Text.Json;
using Quittance.Core.Settlements;
using Quittance.Providers.Http;

namespace Quittance.Providers.Stripe;

/// <summary>
/// Reads payouts with the balance transactions that they are made of (docs.stripe.com/payouts/reconciliation). Stripe says that only of
/// payouts that it makes by itself, by a schedule.
/// </summary>
internal sealed class StripePayouts(HttpAccount account, HttpObjects stored)
{
    private const string Path = "v1/payouts";

    public async Task<IReadOnlyList<string>?> ListAsync(DateTimeOffset since, CancellationToken cancel)
    {
        List<string> payouts = [];
        var isComplete = await stored.ReadAllAsync(
            StripeJson.Manner, Path, $"limit=100&status=paid&created[gte]={since.ToUnixTimeSeconds()}", payout =>
            {
                if (StrictJson.Reference(payout) is not { } id)
                    return false;
                if (StrictJson.IsTrue(payout, "automatic") && StrictJson.Text(payout, "reconciliation_status") == "completed")
                    payouts.Add(id);
                return true;
            }, cancel);
        return isComplete ? payouts : null;
    }

    public async Task<(ReadStatement? Report, bool IsKnown)> FindAsync(string payout, CancellationToken cancel)
    {
        if (await account.ShownAsync(HttpObjects.PathOf(Path, payout), cancel) is not { } body)
            return (null, false);
        using var document = StrictJson.TryParse(body);
        if (document?.RootElement is not { } found || StrictJson.Reference(found) != payout
            || StripeJson.SignedAmount(found, "amount") is not var (paidMinor, currency))
        {
            return Unlisted($"{payout} can't be read");
        }

        List<ReadLine> lines = [];
        List<(int Line, string Intent)> disputed = [];
        var isOurs = false;
        var isComplete = await stored.ReadAllAsync(
            StripeJson.Manner, "v1/balance_transactions", $"payout={Uri.EscapeDataString(payout)}&limit=100&expand[]=data.source", moved =>
            {
                if (StripeJson.SignedAmount(moved, "net") is not var (netMinor, moneyOf) || moneyOf != currency
                    || StripeJson.SignedAmount(moved, "fee") is not var (feeMinor, _)
                    || StrictJson.Reference(moved) is not { } id || StrictJson.Text(moved, "type") is not { } type
                    || StripeJson.Time(moved, "created") is not { } at)
                {
                    return false;
                }

                var source = StrictJson.Object(moved, "source");
                if (type == "payout" || (netMinor == 0 && feeMinor == 0))
                    return true;
                if (KindOf(type, source) is not { } kind)
                {
                    account.WordUnknown("balance transaction", id, type);
                    return false;
                }

                if (kind == SettlementLineKind.Chargeback && StrictJson.Text(source!.Value, "payment_intent") is { } intent)
                    disputed.Add((lines.Count, intent));
                var attempt = source is { } about ? StrictJson.OfMetadata(about, "attempt") : null;
                isOurs |= attempt is not null;
                // The books have a dispute's fee since its notice.
                var hasFee = kind is SettlementLineKind.Payment or SettlementLineKind.Refund;
                lines.Add(new ReadLine(FileLine: 1, kind, DateOnly.FromDateTime(at.UtcDateTime), netMinor)
                {
                    FeeMinor = hasFee ? feeMinor : 0,
                    Remittance = attempt is { } ours ? $"{ours:D}" : kind == SettlementLineKind.Fee ? type : id,
                    BankReference = id,
                });
                return true;
            }, cancel);
        if (!isComplete || !await NameDisputedAsync(lines, disputed, cancel))
            return (null, false);
        if (lines.Sum(line => line.AmountMinor) != paidMinor)
            return Unlisted($"{payout} is not the sum of its transactions");
        if (!isOurs && disputed.Count == 0)
            return (null, true);
        // Stripe lists the newest first.
        lines.Reverse();
        return (new ReadStatement(
            StatementSource.Payout, StripeProvider.ProviderName, StripeProvider.ProviderName, payout, currency, null, paidMinor,
            [.. lines.Select((line, nth) => line with { FileLine = nth + 1 })]), true);
    }

    /// <summary>A dispute has nothing of ours but its intent, which has the attempt in its metadata.</summary>
    private async Task<bool> NameDisputedAsync(List<ReadLine> lines, List<(int Line, string Intent)> disputed, CancellationToken cancel)
    {
        foreach (var (line, intent) in disputed)
        {
            if (await account.ShownAsync(HttpObjects.PathOf(StripeJson.Intents.Path, intent), cancel) is not { } body)
                return false;
            using var document = StrictJson.TryParse(body);
            if (document?.RootElement is { } found && StrictJson.OfMetadata(found, "attempt") is { } attempt)
                lines[line] = lines[line] with { Remittance = $"{attempt:D}" };
        }

        return true;
    }

    /// <summary>
    /// The kind of a balance transaction (docs.stripe.com/reports/balance-transaction-types); null for a type that is not known here. What
    /// belongs to no payment is a fee in the books.
    /// </summary>
    private static SettlementLineKind? KindOf(string type, JsonElement? source) => type switch
    {
        "charge" or "payment" => SettlementLineKind.Payment,
        // A debit that failed goes out as it came in.
        "refund" or "payment_refund" or "payment_failure_refund" or "refund_failure" => SettlementLineKind.Refund,
        "adjustment" when source is { } about && StrictJson.Text(about, "object") == "dispute" => SettlementLineKind.Chargeback,
        "stripe_fee" or "stripe_fx_fee" or "tax_fee" or "application_fee" or "application_fee_refund" or "contribution"
            or "climate_order_purchase" or "climate_order_refund" or "adjustment" or "advance" or "advance_funding"
            or "anticipation_repayment" or "connect_collection_transfer" or "issuing_authorization_hold"
            or "issuing_authorization_release" or "issuing_dispute" or "issuing_transaction" or "obligation_outbound"
            or "obligation_reversal_inbound" or "payment_network_reserve_hold" or "payment_network_reserve_release"
            or "payout_minimum_balance_hold" or "payout_minimum_balance_release" or "reserve_transaction" or "reserved_funds"
            or "stripe_balance_payment_debit" or "stripe_balance_payment_debit_reversal" or "topup" or "topup_reversal" or "transfer"
            or "transfer_cancel" or "transfer_failure" or "transfer_refund" => SettlementLineKind.Fee,
        _ => null,
    };

    private (ReadStatement? Report, bool IsKnown) Unlisted(string what)
    {
        account.NotShown(what);
        return (null, false);
    }
}
