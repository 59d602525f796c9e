using Npgsql;
using Quittance.Core;
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
    public Task<PaymentLink?> OfSessionAsync(SessionId session, CancellationToken cancel) => database.FirstAsync(
        // Index: payment_link_of_session.
        $"SELECT {Tables.PaymentLink.Selected} FROM payment_link x WHERE x.session_id = $2 AND x.merchant_id = $1",
        command => command.With(session.Merchant.Value).With(session.Value), Tables.PaymentLink.Read, cancel);
}
