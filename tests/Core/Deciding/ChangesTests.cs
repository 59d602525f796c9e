using Quittance.Core;
using Quittance.Core.Engine;

namespace Quittance.Tests.Deciding;

public sealed class ChangesTests
{
    /// <summary>From some number of rows on they are found by a dictionary.</summary>
    [Theory]
    [InlineData(10)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(5_000)]
    public void Rows_OfAnyNumber_AreThereOnceAndAsTheyWerePutLast(int count)
    {
        var changes = new Changes();
        for (var round = 1; round <= 2; round++)
        {
            for (var nth = 0; nth < count; nth++)
                changes.Put(Given(nth, round));
        }

        changes.Put(Given(count, 1));
        changes.Put(Given(count, 2));

        Assert.Equal(Enumerable.Range(0, count + 1).Select(nth => Given(nth, 2)), changes.Of<NameRow>());
    }

    private static NameRow Given(int nth, int slot)
    {
        var merchant = new MerchantId(1);
        return new NameRow(
            new Reference(merchant, Reference.House, "charge", $"{nth}"),
            new NamedObject(new AccountId(merchant, Guid.Empty), slot, Guid.Empty));
    }
}
