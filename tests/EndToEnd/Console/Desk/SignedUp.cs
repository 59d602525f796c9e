using System.Security.Cryptography;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>
/// People who share one password. It is stretched once for the run, as the product would: each stretch takes a third of a second of a
/// processor.
/// </summary>
internal static class SignedUp
{
    public const string Password = "correct horse battery staple";

    private const int Iterations = 600_000;

    private static readonly byte[] Salt = RandomNumberGenerator.GetBytes(16);

    private static readonly Lazy<byte[]> Stretched = new(
        () => Rfc2898DeriveBytes.Pbkdf2(Password, Salt, Iterations, HashAlgorithmName.SHA256, SHA256.HashSizeInBytes));

    /// <summary>Adds a person to a merchant's books.</summary>
    /// <param name="role">Their role in the console; null for none.</param>
    public static async Task<Person> AddAsync(
        NpgsqlDataSource database, MerchantId merchant, string email, string name, OperatorRole? role)
    {
        var id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
        Assert.NotNull(await SealedSql.ScalarAsync(
            database,
            """
            INSERT INTO person (merchant_id, id, email, name, password_hash, salt, iterations, created_at, role)
            VALUES ($1, $2, $3, $4, $5, $6, $7, now(), $8) RETURNING 1
            """,
            merchant.Value, id, email, name, Stretched.Value, Salt, Iterations,
            (object?)role?.ToString().ToLowerInvariant() ?? DBNull.Value));
        return new Person(merchant, id, email, name, role);
    }
}
