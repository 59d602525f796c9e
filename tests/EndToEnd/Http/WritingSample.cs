using Quittance.Tests.Running;

namespace Quittance.Tests;

/// <summary>A valid request, for an account of its own.</summary>
/// <param name="Account">The account's name in the dialect.</param>
/// <param name="Headers">The headers it needs.</param>
/// <param name="Body">The body for an amount, written as given.</param>
internal sealed record WritingSample(string Account, (string Name, string Value)[] Headers, Func<string, string> Body)
{
    /// <summary>How many payments the account has.</summary>
    public async Task<int> PaymentsAsync(BooksFixture books)
    {
        await using var command = books.Database.CreateCommand($"""
            SELECT count(*)::int FROM payment p JOIN reference r ON r.merchant_id = p.merchant_id AND r.object_id = p.account_id
             WHERE r.value = '{Account}'
            """);
        return (int)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }
}
