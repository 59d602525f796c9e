using Npgsql;
using Quittance.Core;
using Quittance.Core.Disputes;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Console;

/// <summary>The last time that a payer, or a bank, took money of a payment back. <c>At</c> is when we heard of it, UTC.</summary>
public sealed record LastReturn(DisputeKind Kind, DisputeStatus Status, DateTimeOffset At)
{
    /// <summary>The last of a payment's disputes that we did not win; null for none.</summary>
    public static LastReturn? Of(IEnumerable<Dispute> disputes) => disputes.Where(one => one.Status != DisputeStatus.Won)
        .OrderBy(one => one.OpenedAt).Select(one => new LastReturn(one.Kind, one.Status, one.OpenedAt)).LastOrDefault();
}

/// <summary>Reads how money of payments went back, so that each page says the same of a payment.</summary>
public sealed class LastReturns(NpgsqlDataSource database)
{
    /// <summary>The last return of a payment p, as the columns of <see cref="Read"/>. Index: dispute_of_payment.</summary>
    internal const string OfPayment =
        "SELECT d.kind, d.status, d.opened_at FROM dispute d WHERE d.payment_id = p.id AND d.merchant_id = $1 AND d.status <> 'won' "
        + "ORDER BY d.opened_at DESC LIMIT 1";

    /// <summary>The last returns of those payments of which money went back.</summary>
    public async Task<IReadOnlyDictionary<Guid, LastReturn>> OfAsync(
        MerchantId merchant, IEnumerable<Payment> payments, CancellationToken cancel)
    {
        Guid[] ids = [.. payments.Where(payment => payment.ReversedMinor > 0).Select(payment => payment.Id.Value)];
        if (ids.Length == 0)
            return new Dictionary<Guid, LastReturn>();
        var found = await database.AllAsync(
            $"SELECT p.id, d.kind, d.status, d.opened_at FROM unnest($2::uuid[]) p(id) CROSS JOIN LATERAL ({OfPayment}) d",
            command => command.With(merchant.Value).With(ids), row => (Id: row.GetGuid(0), Return: Read(row, 1)), cancel);
        return found.ToDictionary(each => each.Id, each => each.Return);
    }

    internal static LastReturn Read(NpgsqlDataReader row, int at) => new(
        Words.To<DisputeKind>(row.GetString(at)), Words.To<DisputeStatus>(row.GetString(at + 1)),
        row.GetFieldValue<DateTimeOffset>(at + 2));
}
