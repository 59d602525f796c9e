using Npgsql;
using Quittance.Core;
using Quittance.Core.Collecting;
using Quittance.Core.Providers;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Providers;

/// <summary>Reads what the books have of a provider's requests and disputes.</summary>
public sealed class ReconcilingBooks(NpgsqlDataSource database)
{
    /// <summary>What the books have since a moment, and of what the provider lists.</summary>
    public async Task<OwnRecords> ReadAsync(
        MerchantId merchant, string provider, ProviderRecords theirs, DateTimeOffset since, CancellationToken cancel)
    {
        Guid[] ids =
        [
            .. theirs.Requests.SelectMany(request => (Guid[])[request.Id, request.Authorisation])
                .Concat(theirs.Disputes.Select(dispute => dispute.Authorisation)).Distinct(),
        ];
        string[] references = [.. theirs.Disputes.Select(dispute => dispute.Reference)];
        var attempts = await database.AllAsync(
            // Indexes: attempt_by_age, and the primary key.
            $"""
            SELECT {Tables.Attempt.Selected} FROM attempt x
             WHERE x.merchant_id = $1 AND x.provider = $2 AND (x.opened_at >= $3 OR x.id = ANY($4))
            """,
            command => command.With(merchant.Value).With(provider).With(since.UtcDateTime).With(ids), Tables.Attempt.Read, cancel);
        var disputes = await database.AllAsync(
            // Index: dispute_by_reference. There are few disputes.
            $"""
            SELECT {Tables.Dispute.Selected} FROM dispute x
             WHERE x.merchant_id = $1 AND x.provider = $2 AND (x.opened_at >= $3 OR x.reference = ANY($4))
            """,
            command => command.With(merchant.Value).With(provider).With(since.UtcDateTime).With(references), Tables.Dispute.Read, cancel);
        return new OwnRecords(attempts, disputes);
    }
}
