using System.Text.Json.Nodes;

namespace Quittance.Faces.Stripe;

/// <summary>A change of an account's balance: a charge, a refund, a dispute, or the end of one.</summary>
/// <param name="Units">The units that it adds to the balance before the fee; below zero for money that goes back.</param>
/// <param name="Source">The object that it is about.</param>
internal sealed record FaceMove(string Id, string Type, long Units, long Fee, string Currency, DateTimeOffset At, JsonObject Source);

/// <summary>
/// Payouts, with the balance transactions that each is made of. Stripe makes them by a schedule; here a client asks for one, and gets all
/// that was not paid out before.
/// </summary>
internal sealed class FacePayouts(TimeProvider clock)
{
    private readonly Dictionary<string, List<Payout>> _payouts = [];

    /// <summary>Pays the balance of a currency out.</summary>
    public JsonObject Make(string account, string currency, Guid id, IEnumerable<FaceMove> moves)
    {
        var payouts = Of(account);
        var paid = payouts.SelectMany(payout => payout.Moves.Select(move => move.Id)).ToHashSet();
        var payout = new Payout(
            FaceIds.Of("po", id), currency, clock.GetUtcNow(),
            [.. moves.Where(move => move.Currency == currency && !paid.Contains(move.Id))]);
        payouts.Add(payout);
        return Write(payout);
    }

    public IReadOnlyList<JsonObject> List(string account) => [.. Of(account).Select(Write)];

    public JsonObject? Find(string account, string id) => Of(account).Find(payout => payout.Id == id) is { } found ? Write(found) : null;

    /// <summary>The balance transactions of a payout; null where there is no such payout.</summary>
    public IReadOnlyList<JsonObject>? TransactionsOf(string account, string id, bool isExpanded) =>
        Of(account).Find(payout => payout.Id == id) is not { } found ? null
            :
            [
                .. found.Moves.Select(move => Write(move, isExpanded)),
                Write(
                    new FaceMove(
                        "txn" + found.Id[2..], "payout", -found.Units, 0, found.Currency, found.At, new JsonObject { ["id"] = found.Id }),
                    isExpanded: false),
            ];

    private List<Payout> Of(string account) => _payouts.TryGetValue(account, out var known) ? known : _payouts[account] = [];

    public static JsonObject Write(FaceMove move, bool isExpanded) => new()
    {
        ["id"] = move.Id,
        ["object"] = "balance_transaction",
        ["amount"] = move.Units,
        ["available_on"] = move.At.ToUnixTimeSeconds(),
        ["created"] = move.At.ToUnixTimeSeconds(),
        ["currency"] = move.Currency,
        ["description"] = null,
        ["exchange_rate"] = null,
        ["fee"] = move.Fee,
        ["fee_details"] = new JsonArray(),
        ["net"] = move.Units - move.Fee,
        ["reporting_category"] = move.Type == "adjustment" ? "dispute" : move.Type,
        ["source"] = isExpanded ? move.Source.DeepClone() : (string?)move.Source["id"],
        ["status"] = "available",
        ["type"] = move.Type,
    };

    private static JsonObject Write(Payout payout) => new()
    {
        ["id"] = payout.Id,
        ["object"] = "payout",
        ["amount"] = payout.Units,
        ["application_fee"] = null,
        ["application_fee_amount"] = null,
        ["arrival_date"] = payout.At.ToUnixTimeSeconds(),
        ["automatic"] = true,
        ["balance_transaction"] = "txn" + payout.Id[2..],
        ["created"] = payout.At.ToUnixTimeSeconds(),
        ["currency"] = payout.Currency,
        ["description"] = "STRIPE PAYOUT",
        ["destination"] = null,
        ["failure_balance_transaction"] = null,
        ["failure_code"] = null,
        ["failure_message"] = null,
        ["livemode"] = false,
        ["metadata"] = new JsonObject(),
        ["method"] = "standard",
        ["original_payout"] = null,
        ["reconciliation_status"] = "completed",
        ["reversed_by"] = null,
        ["source_type"] = "card",
        ["statement_descriptor"] = null,
        ["status"] = "paid",
        ["type"] = "bank_account",
    };

    private sealed record Payout(string Id, string Currency, DateTimeOffset At, IReadOnlyList<FaceMove> Moves)
    {
        public long Units => Moves.Sum(move => move.Units - move.Fee);
    }
}
