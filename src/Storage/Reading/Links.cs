using Npgsql;
using Quittance.Core;
using Quittance.Core.Books;
using Quittance.Core.Sessions;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Reading;

/// <summary>Reads payment links.</summary>
public sealed class Links(NpgsqlDataSource database) : ILinks
{
    /// <inheritdoc/>
    public Task<PaymentLink?> FindAsync(PaymentLinkId id, CancellationToken cancel) => database.FirstAsync(
        $"SELECT {Tables.PaymentLink.Selected} FROM payment_link x WHERE x.merchant_id = $1 AND x.id = $2",
        command => command.With(id.Merchant.Value).With(id.Value), Tables.PaymentLink.Read, cancel);

    /// <inheritdoc/>
    public Task<ListSlice<PaymentLink>> ListAsync(ListQuery query, CancellationToken cancel) =>
        // Index: payment_link_of_account, else the key.
        Lists.ReadAsync<PaymentLink>(
            database, "payment_link", query,
            async (connection, merchant, ids, ends) => (await connection.AllAsync(
                $"SELECT {Tables.PaymentLink.Selected} FROM payment_link x WHERE x.merchant_id = $1 AND x.id = ANY($2)",
                command => command.With(merchant.Value).With(ids), Tables.PaymentLink.Read, ends)).ToDictionary(link => link.Id.Value),
            cancel);

    /// <inheritdoc/>
    public Task<PaymentLink?> OfSessionAsync(SessionId session, CancellationToken cancel) => database.FirstAsync(
        // Index: payment_link_of_session.
        $"SELECT {Tables.PaymentLink.Selected} FROM payment_link x WHERE x.session_id = $2 AND x.merchant_id = $1",
        command => command.With(session.Merchant.Value).With(session.Value), Tables.PaymentLink.Read, cancel);
}
