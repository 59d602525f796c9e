using System.Text;
using Quittance.BackOffice.BankStatements.Reading;
using Quittance.Core.Settlements;

namespace Quittance.Tests.Settlements;

/// <summary>The texts of MT940: each belongs to its own entry, and stays as it was written.</summary>
public sealed class Mt940TextTests
{
    private const string Came = ":61:2711051105C120,00NTRFNONREF//B1\n";

    private static async Task<ReadStatement> OnlyAsync(string entries, string opening = "C271104EUR1000,00", string closing = "1120,00")
    {
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(
            $":20:STARTUMS\n:25:37040044/532013000\n:28C:309/1\n:60F:{opening}\n{entries}:62F:C271105EUR{closing}\n-\n"));
        var read = await StatementFile.ReadAsync(file, new ReadingOptions(), TestContext.Current.CancellationToken);
        Assert.Empty(read.Faults);
        return Assert.Single(read.Statements);
    }

    private static string WordsOf(ReadLine line) => $"{line.Counterparty}|{line.Remittance}";

    /// <summary>The text of an entry that is passed over, or of sums, is of no line. Earlier versions added it to the one before.</summary>
    [Theory]
    [InlineData(":61:2711051105C0,00NMSCNONREF//B2\n")]
    [InlineData(":61:2711051105EC5,00NTRFNONREF//B2\n")]
    [InlineData(":90D:0EUR0,00\n:90C:1EUR120,00\n")]
    public async Task TextBehindAnEntryThatIsPassedOver_IsOfNoLine(string between)
    {
        var line = Assert.Single((await OnlyAsync(
            $"{Came}:86:166?00GUTSCHR. UEBERWEISUNG?20INV-2027-0001?31DE02120300000000202051?32ANNA BELL\n"
                + $"{between}:86:805?00ABSCHLUSS?20siehe INV-2027-0003?32VOLKSBANK\n:86:805?20und mehr\n")).Lines);

        Assert.Equal("ANNA BELL|INV-2027-0001", WordsOf(line));
        Assert.Equal("ANNA BELL805VOLKSBANK805|INV-2027-0001 siehe INV-2027-0003 und mehr", WordsOf(line.Masked!));
    }

    /// <summary>A text may still be told in several fields.</summary>
    [Fact]
    public async Task TextInSeveralFields_IsOfItsEntry()
    {
        var line = Assert.Single((await OnlyAsync($"{Came}:86:INV-2027-0001\n:86:ANNA BELL\n")).Lines);

        Assert.Equal(("|INV-2027-0001 ANNA BELL", null), (WordsOf(line), line.Masked));
    }

    /// <summary>The first statement of an account has no day for the balance before it.</summary>
    [Theory]
    [InlineData("C000000EUR0,00")]
    [InlineData("D000000EUR0,00")]
    public async Task FirstStatementOfAnAccount_IsRead(string opening)
    {
        var statement = await OnlyAsync($"{Came}:86:INV-1\n", opening, "120,00");

        Assert.Equal((0L, 120_00L), (statement.OpeningMinor, statement.ClosingMinor));
    }

    /// <summary>Digits with signs at the beginning of a text are no German fields. Earlier versions read them as such.</summary>
    [Theory]
    [InlineData("417-2027-0003 Anna Bell", "27")]
    [InlineData("030-1234567 INV-2027-0001", "27")]
    [InlineData("120.00 EUR INV-2027-0001", null)]
    [InlineData("120,50 EUR INV-2027-0001", null)]
    [InlineData("417#2599 Anna Bell", "99 Anna Bell")]
    [InlineData("120'500.00 CHF INV-2027-0001", null)]
    public async Task FreeText_ThatBeginsLikeGermanFields_StaysWhole(string text, string? known)
    {
        var line = Assert.Single((await OnlyAsync($"{Came}:86:{text}\n")).Lines);

        Assert.Equal($"|{text}", WordsOf(line));
        Assert.NotNull(line.Masked);
        if (known is not null)
            Assert.Equal(known, line.Masked.Remittance);
    }

    [Theory]
    [InlineData('?')]
    [InlineData('<')]
    [InlineData('~')]
    [InlineData('+')]
    [InlineData('#')]
    public async Task GermanFields_OfEverySign_AreRead(char sign) => Assert.Equal(
        "ANNA BELL|INV-2027-0001",
        WordsOf(Assert.Single((await OnlyAsync(
            $"{Came}:86:166?00GUTSCHR?20INV-2027-0001?32ANNA BELL\n".Replace('?', sign))).Lines)));

    /// <summary>The second row of an entry has the payer's account at Rabobank, and its name or reference at British banks.</summary>
    [Theory]
    [InlineData("INV-2027-0001 ANNA BELL", ":86:FASTER PAYMENT\n", "|FASTER PAYMENT INV-2027-0001 ANNA BELL", null, "|FASTER PAYMENT")]
    [InlineData("NL91ABNA0417164300", ":86:/NAME/ANNA BELL/REMI/INV-1\n", "ANNA BELL|INV-1", "NL91ABNA0417164300", null)]
    [InlineData("NL91ABNA0417164300 REF 7", ":86:INV-1\n", "|INV-1 REF 7", "NL91ABNA0417164300", "|INV-1")]
    [InlineData("NL91ABNA0417164300", "", "|", "NL91ABNA0417164300", "|NL ···· 4300")]
    [InlineData("INV-1", ":86:Bill INV-1\n", "|Bill INV-1", null, null)]
    [InlineData("/OCMT/EUR120,00/CHGS/EUR0,00", ":86:INV-1\n", "|INV-1", null, null)]
    public async Task SecondRowOfAnEntry_IsReadBesideTheText(string row, string text, string words, string? account, string? known)
    {
        var line = Assert.Single((await OnlyAsync($"{Came}{row}\n{text}")).Lines);

        Assert.Equal((words, account), (WordsOf(line), line.CounterpartyAccount));
        Assert.Equal(known, line.Masked is { } masked ? WordsOf(masked) : null);
    }
}
