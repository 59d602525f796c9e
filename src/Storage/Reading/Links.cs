using Npgsql;
using Quittance.Core;
using Quittance.Core.Books;
using Quittance.Core.Instruments;
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
    public Task<PaymentId?> TransferAsync(PaymentLink link, CancellationToken cancel) => database.FirstAsync<PaymentId?>(
        // Indexes: payment_of_account, the key of transfer.
        """
        SELECT p.id FROM payment p
         WHERE p.merchant_id = $1 AND p.account_id = $2 AND p.method = $3 AND p.status = 'captured' AND NOT p.has_credit
           AND EXISTS (SELECT FROM transfer t WHERE t.merchant_id = $1 AND t.subject_id = p.id AND t.charge_id = ANY($4))
           AND NOT EXISTS (SELECT FROM transfer t WHERE t.merchant_id = $1 AND t.subject_id = p.id AND t.charge_id <> ALL($4))
         ORDER BY p.number DESC LIMIT 1
        """,
        command => command.With(link.Id.Merchant.Value).With(link.Account.Value).With(Words.Of(PaymentMethod.BankAccountTransfer))
            .With(link.Charges.Select(charge => charge.Value).ToArray()),
        row => new PaymentId(link.Id.Merchant, row.GetGuid(0)), cancel);

    /// <inheritdoc/>
    public async Task<PaymentLink?> OfPaymentAsync(AccountId account, PaymentId payment, CancellationToken cancel)
    {
        var links = await database.AllAsync(
            // Index: payment_link_of_account.
            $"SELECT {Tables.PaymentLink.Selected} FROM payment_link x WHERE x.account_id = $2 AND x.merchant_id = $1 ORDER BY x.id",
            command => command.With(account.Merchant.Value).With(account.Value), Tables.PaymentLink.Read, cancel);
        return links.FirstOrDefault(link => link.Names(payment));
    }

    /// <inheritdoc/>
    public Task<PaymentLink?> OfSessionAsync(SessionId session, CancellationToken cancel) => database.FirstAsync(
        // Index: payment_link_of_session.
        $"SELECT {Tables.PaymentLink.Selected} FROM payment_link x WHERE x.session_id = $2 AND x.merchant_id = $1",
        command => command.With(session.Merchant.Value).With(session.Value), Tables.PaymentLink.Read, cancel);
}
