using Quittance.Core.Settlements;

namespace Quittance.Tests.Settlements;

/// <summary>What two files tell of a line says whether it may be one, and which of several it is the likest to.</summary>
public sealed class ToldLineTests
{
    private static readonly ToldLine Anna = Line() with { Counterparty = "Anna Bell", Remittance = "Fee of November" };

    [Fact]
    public void Days_AgreeByBookingOrByValue()
    {
        Assert.True(Line().MayBe(Line() with { ValueOn = Day(9) }));
        Assert.True((Line() with { BookedOn = Day(4) }).MayBe(Line() with { ValueOn = Day(4) }));
        Assert.False((Line() with { BookedOn = Day(4) }).MayBe(Line()));
        Assert.False((Line() with { AmountMinor = 31 }).MayBe(Line()));
    }

    /// <summary>The account of one payer in two forms has two hashes, and MT940 has another reference of the payer.</summary>
    [Theory]
    [InlineData("BELL, ANNA", "E-1", true)]
    [InlineData("Ben Bell", "E-1", false)]
    [InlineData("Anna Bell", "E-2", false)]
    public void AccountsAndReferences_ThatDiffer_AreOfTwoLines(string name, string reference, bool mayBe)
    {
        var one = Anna with { CounterpartyHash = new byte[] { 1 }, EndToEnd = "E-1" };
        var other = Line() with { Counterparty = name, CounterpartyHash = new byte[] { 2 }, EndToEnd = reference };
        Assert.Equal(mayBe, one.MayBe(other));
        Assert.True((one with { Source = StatementSource.Mt940 }).MayBe(other with { Counterparty = "Anna Bell" }));
    }

    [Fact]
    public void EarlierLine_HoldsTheLikest_AndAllThatAreAsLikeInOtherWords()
    {
        var (may, june) = (Anna with { Remittance = "Fee of May" }, Anna with { Remittance = "Fee of June" });
        Assert.Equal([null, 0, null], Find([june, Anna, may], [Anna with { Remittance = "Fee of Novem" }]));
        Assert.Equal([0, 0, null], Find([may, june, may], [Anna with { Remittance = null }]));
        Assert.Equal([1, 0], Find([june, may], [may with { Counterparty = null }, june with { Counterparty = null }]));

        static int?[] Find(ToldLine[] lines, ToldLine[] earlier) => OtherWords.Find(lines, earlier, (_, _) => true);
    }

    /// <summary>As many earlier lines as can hold one do, the likest pairs first.</summary>
    [Fact]
    public void LinesOfOneDayAndAmount_AreHeldInTheLikestPairs()
    {
        var ben = Line() with { Counterparty = "Ben Carter", Remittance = "November INV-2" };
        var nobody = Line() with { Remittance = "Fee" };
        Assert.Equal([1, 0], OtherWords.Find([Anna, ben], [nobody, Anna with { Remittance = "of November" }], (_, _) => true));
        // The first is like the second earlier line, and is the only one that the first earlier one can be.
        ToldLine[] earlier = [nobody, nobody with { Remittance = "Fee of November" }];
        Assert.Equal([0, 1], OtherWords.Find([Anna, ben], earlier, (line, at) => line <= at));
    }

    /// <summary>A file that can't write ü writes ue, u, a sign of its own, or what no file can read.</summary>
    [Theory]
    [InlineData("Gebuehr fuer INV-2027-1", true)]
    [InlineData("GEBUHR FUR INV-2027-1", true)]
    [InlineData("Geb?hr f?r INV-2027-1", true)]
    [InlineData("Geb\uFFFDhr f\uFFFDr INV-2027-1 im November", true)]
    [InlineData("Gebühr für INV-2027-2", false)]
    public void Text_InOtherLetters_IsTheSame(string text, bool isSame)
    {
        var line = Line() with { Remittance = "Gebühr für INV-2027-1" };
        Assert.Equal(isSame, line.IsCutOf(line with { Remittance = text }));
        Assert.Equal(isSame, (line with { Remittance = text }).IsCutOf(line));
    }

    private static DateOnly Day(int day) => new(2027, 11, day);

    private static ToldLine Line() => new(StatementSource.Camt, Day(3), 30);
}
