using Npgsql;
using NpgsqlTypes;
using Quittance.Core;
using Quittance.Core.Executing;
using Quittance.Core.Providers;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Providers;

/// <summary>Reads what the books have of a provider's requests and disputes, and keeps until when they were compared.</summary>
public sealed class ReconcilingBooks(NpgsqlDataSource database)
{
    /// <summary>The rows of the books for a page that the provider lists.</summary>
    public async Task<OwnRecords> OfAsync(MerchantId merchant, string provider, ProviderRecords page, CancellationToken cancel)
    {
        Guid[] ids =
        [
            .. page.Requests.SelectMany(request => (Guid[])[request.Id, request.Authorisation])
                .Concat(page.Disputes.Select(dispute => dispute.Authorisation)).Distinct(),
        ];
        string[] references = [.. page.Disputes.Select(dispute => dispute.Reference)];
        Guid[] accounts = [.. page.Requests.Select(request => request.Account).OfType<Guid>().Distinct()];
        var attempts = await database.AllAsync(
            $"SELECT {Tables.Attempt.Selected} FROM attempt x WHERE x.merchant_id = $1 AND x.id = ANY($2) AND x.provider = $3",
            command => command.With(merchant.Value).With(ids).With(provider), Tables.Attempt.Read, cancel);
        var disputes = references.Length == 0 ? [] : await database.AllAsync(
            // Index: dispute_by_reference.
            $"SELECT {Tables.Dispute.Selected} FROM dispute x WHERE x.merchant_id = $1 AND x.provider = $2 AND x.reference = ANY($3)",
            command => command.With(merchant.Value).With(provider).With(references), Tables.Dispute.Read, cancel);
        var known = accounts.Length == 0 ? [] : await database.AllAsync(
            "SELECT id FROM account WHERE merchant_id = $1 AND id = ANY($2)", command => command.With(merchant.Value).With(accounts),
            row => row.GetGuid(0), cancel);
        return new OwnRecords(attempts, disputes, known.ToHashSet());
    }

    /// <summary>The attempts that were opened in a time and that the provider has approved. Their ids only: they may be many.</summary>
    public Task<IReadOnlyList<Guid>> ApprovedAsync(
        MerchantId merchant, string provider, DateTimeOffset from, DateTimeOffset until, CancellationToken cancel) => database.AllAsync(
        // Index: attempt_by_age.
        """
        SELECT id FROM attempt
         WHERE merchant_id = $1 AND provider = $2 AND status = 'approved' AND opened_at >= $3 AND opened_at < $4
        """,
        command => command.With(merchant.Value).With(provider).With(from.UtcDateTime).With(until.UtcDateTime), row => row.GetGuid(0),
        cancel);

    /// <summary>Until when a merchant's books were compared with a provider every day; null for not yet.</summary>
    public Task<DateTimeOffset?> ComparedUntilAsync(MerchantId merchant, string provider, CancellationToken cancel) => database.FirstAsync(
        "SELECT compared_until FROM provider_account WHERE merchant_id = $1 AND provider = $2",
        command => command.With(merchant.Value).With(provider),
        row => row.IsDBNull(0) ? (DateTimeOffset?)null : row.GetFieldValue<DateTimeOffset>(0), cancel);

    /// <summary>Notes how far the daily comparison has come; false where another server compares too and has come first.</summary>
    public Task<bool> NoteComparedAsync(
        MerchantId merchant, string provider, DateTimeOffset? before, DateTimeOffset until, CancellationToken cancel) =>
        database.ChangeAsync(async transaction =>
        {
            var noted = await transaction.ExecuteAsync(
                batch => batch.Statement("""
                    UPDATE provider_account SET compared_until = $4
                     WHERE merchant_id = $1 AND provider = $2 AND compared_until IS NOT DISTINCT FROM $3
                    """)
                    .With(merchant.Value).With(provider).With(before?.UtcDateTime, NpgsqlDbType.TimestampTz).With(until.UtcDateTime),
                cancel);
            await transaction.CommitAsync(cancel);
            return noted > 0;
        }, cancel);
}
