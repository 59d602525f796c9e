using Npgsql;
using Quittance.Host.Demo;
using Quittance.Storage.Migrating;
using Quittance.Storage.Vault;
using Quittance.Tests.Running;

namespace Quittance.Tests.Operations;

/// <summary>Databases that operators work on.</summary>
internal static class OperatedBooks
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>With the demo's data, its vault sealed by <see cref="RunningProgram.MasterKeyOfExternal"/>.</summary>
    public static async Task<OwnBooks> FilledAsync(BooksFixture books)
    {
        var own = await OwnBooks.CreateAsync(books);
        await using var engine = own.Engine();
        var vault = await PostgresVault.OpenAsync(
            own.Database, MasterKey.Parse(RunningProgram.MasterKeyOfExternal, "The test"), TimeProvider.System, Cancel);
        await DemoData.FillInAsync(own.Database, engine, vault, TimeProvider.System, Cancel);
        return own;
    }

    /// <summary>Without a schema.</summary>
    public static async Task<OwnBooks> EmptyAsync(BooksFixture books)
    {
        var own = await OwnBooks.CreateAsync(books);
        await ExecuteAsync(own, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        return own;
    }

    /// <summary>Gives an empty database the schema of an older version.</summary>
    public static async Task MigrateAsync(OwnBooks empty, int migrations)
    {
        await using var connection = await empty.Database.OpenConnectionAsync(Cancel);
        await using var transaction = await connection.BeginTransactionAsync(Cancel);
        await Migrations.PrepareAsync(connection, Cancel);
        await Migrations.ApplyAsync(connection, Migrations.OfThisVersion.All.Take(migrations), TimeProvider.System, Cancel);
        await transaction.CommitAsync(Cancel);
    }

    /// <summary>The schema of a version after this one.</summary>
    public static Migrations WithLater(params (string Name, string Sql)[] migrations) =>
        new([.. Migrations.OfThisVersion.All, .. migrations.Select(later => Migration.Of(later.Name, later.Sql))]);

    public static async Task ExecuteAsync(OwnBooks own, string sql)
    {
        await using var command = own.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancel);
    }

    /// <summary>The first column of all rows, as text.</summary>
    public static async Task<IReadOnlyList<string>> ReadAsync(NpgsqlDataSource database, string sql)
    {
        List<string> rows = [];
        await using var command = database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(Cancel);
        while (await reader.ReadAsync(Cancel))
            rows.Add(reader.GetString(0));
        return rows;
    }
}
