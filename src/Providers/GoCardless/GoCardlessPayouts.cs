using System.Globalization;
using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Settlements;
using Quittance.Providers.Http;

namespace Quittance.Providers.GoCardless;

/// <summary>Reads payouts with the items that they are made of, which GoCardless keeps for six months.</summary>
internal sealed class GoCardlessPayouts(HttpAccount account, HttpObjects stored)
{
    private const string Resource = "payouts";

    public async Task<IReadOnlyList<string>?> ListAsync(DateTimeOffset since, CancellationToken cancel)
    {
        List<string> payouts = [];
        var isComplete = await stored.ReadAllAsync(
            GoCardlessJson.Manner, Resource,
            $"limit=500&status=paid&payout_type=merchant&created_at[gte]={GoCardlessJson.Text(since)}", payout =>
            {
                if (StrictJson.Reference(payout) is not { } id)
                    return false;
                payouts.Add(id);
                return true;
            }, cancel);
        return isComplete ? payouts : null;
    }

    public async Task<(ReadStatement? Report, bool IsKnown)> FindAsync(string payout, CancellationToken cancel)
    {
        if (await account.ShownAsync(HttpObjects.PathOf(Resource, payout), cancel) is not { } body)
            return (null, false);
        using var document = StrictJson.TryParse(body);
        if (document is null || StrictJson.Object(document.RootElement, Resource) is not { } found || StrictJson.Reference(found) != payout
            || StrictJson.Whole(found, "amount") is not { } paidMinor
            || !Currency.TryParse(StrictJson.Text(found, "currency"), out var currency)
            || StrictJson.Moment(found, "created_at") is not { } createdAt)
        {
            return Unlisted($"{payout} can't be read");
        }

        if (StrictJson.Object(found, "fx") is { } exchange && StrictJson.Text(exchange, "fx_currency") is { } other
            && other != currency.Code)
        {
            // The bank gets another amount in another currency than the items.
            return Unlisted($"{payout} is paid out in another currency");
        }

        List<GoCardlessItem> items = [];
        if (!await stored.ReadAllAsync(
            GoCardlessJson.Manner, "payout_items", $"limit=500&payout={Uri.EscapeDataString(payout)}", one =>
            {
                var item = GoCardlessItem.TryRead(one);
                if (item is not null)
                    items.Add(item);
                return item is not null;
            }, cancel)
            || await NamedAsync(items, cancel) is not { } names)
        {
            return Unlisted($"the items of {payout} can't be read");
        }

        if (names.Count == 0)
            return (null, true);
        if (LinesOf(items, names, paidMinor, DateOnly.FromDateTime(createdAt.UtcDateTime)) is not { } lines)
            return Unlisted($"{payout} is not the sum of its items");
        return (new ReadStatement(
            StatementSource.Payout, GoCardlessProvider.ProviderName, GoCardlessProvider.ProviderName, payout, currency, null, paidMinor,
            lines), true);
    }

    /// <summary>
    /// The items as lines. GoCardless counts fees to a tenth of a minor unit and rounds the payout, so the tenths of all fees are one line.
    /// Null where the items are not the payout.
    /// </summary>
    private static List<ReadLine>? LinesOf(
        List<GoCardlessItem> items, Dictionary<string, Guid> names, long paidMinor, DateOnly day)
    {
        List<ReadLine> lines = [];
        var feesTenths = items.Where(item => item.Kind == SettlementLineKind.Fee).Sum(item => item.AmountTenths);
        foreach (var item in items.Where(item => item.Kind != SettlementLineKind.Fee && item.AmountTenths != 0))
        {
            if (item.AmountTenths % 10 != 0)
                return null;
            // The fee of a payment is a line of its own, with whole units.
            var feeMinor = item.Kind != SettlementLineKind.Payment ? 0
                : -items.Where(fee => fee.Type == "gocardless_fee" && fee.Payment == item.Payment).Sum(fee => fee.AmountTenths) / 10;
            feesTenths += feeMinor * 10;
            var name = item.Refund ?? item.Payment ?? item.Type;
            lines.Add(new ReadLine(lines.Count + 1, item.Kind, day, item.AmountTenths / 10 - feeMinor)
            {
                FeeMinor = feeMinor,
                Remittance = names.TryGetValue(name, out var attempt) ? $"{attempt:D}" : name,
                BankReference = name,
            });
        }

        var restMinor = paidMinor - lines.Sum(line => line.AmountMinor);
        if (Math.Abs(restMinor * 10 - feesTenths) >= 10)
            return null;
        if (restMinor != 0)
        {
            lines.Add(new ReadLine(lines.Count + 1, SettlementLineKind.Fee, day, restMinor)
            {
                Remittance = "fees",
                BankReference = "fees",
            });
        }

        return lines;
    }

    /// <summary>
    /// Our attempts behind the items, by GoCardless's ids; null where one can't be read. One at a time, since its rate is limited.
    /// </summary>
    private async Task<Dictionary<string, Guid>?> NamedAsync(List<GoCardlessItem> items, CancellationToken cancel)
    {
        Dictionary<string, Guid> names = [];
        var named = items.Where(item => item.Kind != SettlementLineKind.Fee)
            .Select(item => item.Refund is { } refund
                ? (GoCardlessJson.Refunds.Path, refund) : (GoCardlessJson.Payments.Path, item.Payment))
            .Distinct();
        foreach (var (resource, id) in named)
        {
            if (id is null)
                continue;
            if (await account.ShownAsync(HttpObjects.PathOf(resource, id), cancel) is not { } body)
                return null;
            using var document = StrictJson.TryParse(body);
            if (document is null || StrictJson.Object(document.RootElement, resource) is not { } found)
                return null;
            if (StrictJson.OfMetadata(found, "attempt") is { } attempt)
                names[id] = attempt;
        }

        return names;
    }

    private (ReadStatement? Report, bool IsKnown) Unlisted(string what)
    {
        account.NotShown(what);
        return (null, false);
    }
}

/// <summary>An item of a payout as far as we read it.</summary>
/// <param name="AmountTenths">In tenths of a minor unit, below zero for what is deducted.</param>
internal sealed record GoCardlessItem(string Type, SettlementLineKind Kind, long AmountTenths, string? Payment, string? Refund)
{
    /// <summary>Reads an item; null when anything of it is missing or wrong.</summary>
    public static GoCardlessItem? TryRead(JsonElement item)
    {
        if (StrictJson.Text(item, "type") is not { } type || !decimal.TryParse(
            StrictJson.Text(item, "amount"), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture, out var amount) || Math.Abs(amount) > Money.MaxAmountMinor || amount * 10 % 1 != 0)
        {
            return null;
        }

        SettlementLineKind? kind = type switch
        {
            "payment_paid_out" => SettlementLineKind.Payment,
            "payment_failed" or "payment_charged_back" => SettlementLineKind.Chargeback,
            "payment_refunded" or "refund" or "refund_funds_returned" => SettlementLineKind.Refund,
            "gocardless_fee" or "app_fee" or "revenue_share" or "surcharge_fee" => SettlementLineKind.Fee,
            _ => null,
        };
        return kind is { } known
            ? new GoCardlessItem(
                type, known, (long)(amount * 10), GoCardlessJson.Link(item, "payment"), GoCardlessJson.Link(item, "refund"))
            : null;
    }
}
