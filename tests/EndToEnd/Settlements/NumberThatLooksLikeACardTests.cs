using Quittance.Core.Settlements;
using Quittance.Tests.Running;

namespace Quittance.Tests.Settlements;

/// <summary>A number that a card could have is masked in the text of a line, unless something in the books has it as its name.</summary>
public sealed class NumberThatLooksLikeACardTests(BooksFixture books)
{
    private const string Number = "5555555555554444";
    private const string Other = "4242424242424242";

    [Fact]
    public async Task NameInTheBooks_IsFoundAndShown_AndOtherCardsAreMasked()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("anna", Number, 30_00), ("jonas", "000004200011874", 50_00));

        var report = await shop.ImportAsync(
            new Camt().With(30, $"KID {Number}").With(20, $"my card {Other}").With(50, "000004200011874").ToXml());

        var lines = await shop.LinesAsync(report);
        Assert.Equal([$"KID {Number}", $"my card ************{Other[^4..]}", "000004200011874"], lines.Select(line => line.Remittance));
        Assert.Equal((SettlementStatus.Booked, SettlementStatus.Open), (lines[0].Status, lines[1].Status));
    }

    /// <summary>The customer's number and the bill's stand side by side, and a card could have both together.</summary>
    [Fact]
    public async Task NamesSideBySide_AreFoundAndShown()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("4200011874", "990028", 30_00));

        var report = await shop.ImportAsync(new Camt().With(30, "4200011874 990028").ToXml());

        var line = Assert.Single(await shop.LinesAsync(report));
        Assert.Equal(("4200011874 990028", SettlementStatus.Booked), (line.Remittance, line.Status));
    }

    /// <summary>Short numbers are names by chance: a card stays masked though a piece of it is one.</summary>
    [Theory]
    [InlineData("4242 4242 4242 4242", "4242")]
    [InlineData("3782 822463 10005", "822463")]
    [InlineData("4242424242424242 1234567", "1234567")]
    public async Task CardOfWhichAPieceIsAName_StaysMasked(string card, string name)
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("anna", name, 30_00));

        var report = await shop.ImportAsync(new Camt().With(20, $"my card {card}").ToXml());

        Assert.DoesNotContain(
            card[..9], Assert.Single(await shop.LinesAsync(report)).Remittance!, StringComparison.Ordinal);
    }

    /// <summary>A bill that is raised between two imports of a file makes no other file of it.</summary>
    [Fact]
    public async Task File_IsTheSame_WhateverNamesTheBooksHave()
    {
        await using var shop = await Shop.OpenAsync(books);
        var file = new Camt().With(30, Number).ToXml();
        await shop.ImportAsync(file);
        await shop.OweAsync(("anna", Number, 30_00));

        Assert.True((await shop.ImportAsync(file)).WasKnown);
    }
}
