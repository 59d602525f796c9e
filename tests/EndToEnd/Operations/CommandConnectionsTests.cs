using Quittance.Tests.Running;

namespace Quittance.Tests.Operations;

public sealed class CommandConnectionsTests(BooksFixture books)
{
    /// <summary>A command opens its books once, and closes them: what it left open would stay with a program that calls it.</summary>
    [Theory]
    [InlineData("merchant", "payee", "DE02120300000000202051", "--name", "Studio")]
    [InlineData("collect", "account", "--iban", "DE02120300000000202051", "--name", "Studio", "--creditor", "DE98ZZZ09999999999")]
    [InlineData("dunning", "run")]
    public async Task Command_AtItsEnd_HoldsNoConnection(params string[] arguments)
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var merchant = await own.MerchantAsync();

        var (exitCode, output, error) = await RunningProgram.RunAsync(
            [.. arguments, "--merchant", $"{merchant.Value}", "--database", own.ConnectionString]);

        Assert.True(exitCode == 0, output + error);
        await NoticePost.UntilAsync(async () =>
        {
            await using var others = own.Database.CreateCommand(
                """
                SELECT count(*) FROM pg_stat_activity
                 WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
                """);
            return await others.ExecuteScalarAsync(TestContext.Current.CancellationToken) is 0L;
        });
    }
}
