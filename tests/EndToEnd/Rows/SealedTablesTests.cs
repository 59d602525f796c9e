using Quittance.Storage.Rows;
using Quittance.Storage.Sealing;

namespace Quittance.Tests.Rows;

/// <summary>The tables that blocks seal.</summary>
public sealed class SealedTablesTests
{
    // A block notes the tables whose rows it ends in as many bits.
    private const int Tags = 64;

    [Fact]
    public void Tags_NameOneTableEach_AndFitInABlocksNote()
    {
        var tags = SealedTables.All.Select(table => (int)table.Tag).ToList();

        Assert.True(
            tags.Distinct().Count() == tags.Count && tags.TrueForAll(tag => tag is > 0 and < Tags),
            $"Each sealed table needs a tag of its own. The next free one is {Enumerable.Range(1, Tags - 1).Except(tags).First()}.");
    }

    [Fact]
    public void Tables_ThatLanesSeal_AreVerified()
    {
        var sealedByLanes = typeof(Tables).GetFields()
            .Select(field => field.GetValue(null)).Select(table => table?.GetType().GetProperty("IsSealed")?.GetValue(table) is true
                ? (SealedTable)table.GetType().GetProperty("Sealed")!.GetValue(table)! : null)
            .OfType<SealedTable>().ToList();

        Assert.True(sealedByLanes.Count > 20);
        Assert.Equal([], sealedByLanes.Except(SealedTables.All).Select(table => table.Name));
    }
}
