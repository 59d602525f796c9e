using Npgsql;
using Quittance.Tests.Running;

namespace Quittance.Tests.Engine;

/// <summary>A lane sets how its own statements are planned. Who has its connection after it reads as everyone else.</summary>
public sealed class LaneSettingsTests(BooksFixture books)
{
    private static readonly string[] OfALane =
    [
        "enable_seqscan", "enable_bitmapscan", "enable_hashjoin", "enable_mergejoin", "enable_material", "plan_cache_mode",
        "synchronous_commit",
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ConnectionOfALane_IsReadWith_AsAnyOther()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var merchant = await own.MerchantAsync();
        var business = new Business(merchant);
        await using var usual = new NpgsqlConnection(own.ConnectionString);
        await usual.OpenAsync(Cancel);
        var expected = await SettingsAsync(usual);

        await using (var engine = own.Engine())
            Assert.True((await engine.SubmitAsync(business.Opening("anna"), patient: true)).Accepted);
        List<NpgsqlConnection> pooled = [];
        HashSet<int> found = [];
        for (var connection = 0; connection < 8; connection++)
        {
            pooled.Add(await own.Database.OpenConnectionAsync(Cancel));
            found.Add(pooled[^1].ProcessID);
            Assert.Equal(expected, await SettingsAsync(pooled[^1]));
        }

        Assert.Equal(pooled.Count, found.Count);
        foreach (var connection in pooled)
            await connection.DisposeAsync();
    }

    private static async Task<string> SettingsAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(
            $"SELECT string_agg(s || '=' || current_setting(s), ' ') FROM unnest(ARRAY['{string.Join("','", OfALane)}']) s", connection);
        return (string)(await command.ExecuteScalarAsync(Cancel))!;
    }
}
