using Npgsql;
using Quittance.Core;
using Quittance.Tests.Engine;

namespace Quittance.Tests.Mails;

/// <summary>A mail as a server that sends mail leaves it.</summary>
internal static class SampleMail
{
    /// <summary>A mail that was sent to a customer; without an account, to one of no other business. Returns its id.</summary>
    /// <param name="about">The id of what it is about; null for nothing in the books.</param>
    public static async Task<Guid> SentAsync(
        NpgsqlDataSource database, MerchantId merchant, Guid? account = null, Guid? about = null, string kind = "receipt", int sequence = 1)
    {
        var id = Business.NewId();
        await using var command = database.CreateCommand("""
            INSERT INTO mail
                (merchant_id, id, kind, account_id, subject_id, sequence, nth, status, recipient, failures, queued_at, ended_at)
            VALUES (
                $1, $2, $5, coalesce($3, gen_random_uuid()), coalesce($4, gen_random_uuid()), $6, 0, 'sent', 'anna@example.com', 0, now(),
                now())
            """);
        command.Parameters.Add(new() { Value = merchant.Value });
        command.Parameters.Add(new() { Value = id });
        command.Parameters.Add(new() { Value = (object?)account ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid });
        command.Parameters.Add(new() { Value = (object?)about ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Uuid });
        command.Parameters.Add(new() { Value = kind });
        command.Parameters.Add(new() { Value = sequence });
        await command.ExecuteNonQueryAsync(CancellationToken.None);
        return id;
    }
}
