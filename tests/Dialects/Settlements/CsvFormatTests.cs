using System.Text;
using Quittance.BackOffice.BankStatements.Reading;
using Quittance.BackOffice.BankStatements.Reading.Csv;
using Quittance.Core;
using Quittance.Core.Formats;
using Quittance.Core.Settlements;

namespace Quittance.Tests.Settlements;

/// <summary>A table whose columns have names of their own is read by what a person has said of them, and nothing is guessed.</summary>
public sealed class CsvFormatTests
{
    private const string Header = "Tag;Wer;Wofür;Wie viel;Nr\n";

    private static readonly StatementFormat Format = new(
        [
            new("Tag", ColumnUse.BookedOn), new("Wer", ColumnUse.Counterparty), new("Wofür", ColumnUse.Remittance),
            new("Wie viel", ColumnUse.Amount), new("Nr", ColumnUse.Unread),
        ])
    {
        DecimalSign = ',',
        Currency = Currency.Parse("EUR"),
        Account = Camt.Iban,
    };

    private static readonly StatementFormat DaysFirst = Format with { Order = DayOrder.DayFirst };

    private static async Task<ReadFile> ReadAsync(string text, ReadingOptions options)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return await StatementFile.ReadAsync(stream, options, TestContext.Current.CancellationToken);
    }

    private static Task<ReadFile> ReadAsync(string text, params StatementFormat[] formats) =>
        ReadAsync(text, new ReadingOptions { Formats = formats });

    private static async Task IsRefusedAsync(string text, string because, params StatementFormat[] formats)
    {
        var read = await ReadAsync(text, formats);
        Assert.Empty(read.Statements);
        Assert.Contains(read.Faults, fault => fault.ToString().Contains(because, StringComparison.Ordinal));
    }

    private static StatementFormat With(string name, ColumnUse use) => DaysFirst with
    {
        Columns = [.. DaysFirst.Columns.Select(column => column.Name == name ? column with { Use = use } : column)],
    };

    [Fact]
    public async Task ColumnsOfOtherNames_AreReadAsAPersonSaid()
    {
        var text = $"{Header}01/02/2027;Anna Berg;INV-1;1.234,56;7\n02/02/2027;Strom AG;Abschlag;-80,00;8\n";
        await IsRefusedAsync(text, "there is no header line");
        var read = await ReadAsync(text, DaysFirst);
        Assert.Empty(read.Faults);
        var statement = Assert.Single(read.Statements);
        Assert.Equal(
            [(new DateOnly(2027, 2, 1), 1234_56L, "Anna Berg", "INV-1"), (new DateOnly(2027, 2, 2), -80_00L, "Strom AG", "Abschlag")],
            statement.Lines.Select(line => (line.BookedOn, line.AmountMinor, line.Counterparty, line.Remittance)));
        Assert.Equal(("EUR", Camt.Iban), (statement.Currency.Code, statement.AccountKey));
        Assert.Contains(read.Remarks, remark => remark.Problem.Contains("'Wie viel' is the amount", StringComparison.Ordinal));
    }

    /// <summary>A person names the column, and banks' words for the two directions are known.</summary>
    [Theory]
    [InlineData("S", "H")]
    [InlineData("D", "C")]
    [InlineData("Debit", "Credit")]
    [InlineData("Belastung", "Gutschrift")]
    public async Task DirectionThatAPersonNames_IsReadByTheWordsOfBanks(string wentOut, string came)
    {
        var format = With("Nr", ColumnUse.Direction);
        var text = $"{Header}01/02/2027;Strom AG;Abschlag;80,00;{wentOut}\n02/02/2027;Anna Berg;INV-1;12,00;{came}\n";
        var read = await ReadAsync(text, format);
        Assert.Empty(read.Faults);
        Assert.Equal([-80_00L, 12_00L], read.Statements.Single().Lines.Select(line => line.AmountMinor));
        await IsRefusedAsync(
            $"{Header}01/02/2027;Strom AG;Abschlag;80,00;T\n", "line 2, Nr: it does not say whether money came or went", format);
    }

    [Fact]
    public async Task DayOfTwoReadings_IsReadOnlyWhereItsOrderIsKnown()
    {
        var text = $"{Header}01/02/2027;Anna Berg;INV-1;12,00;7\n";
        await IsRefusedAsync(text, "line 2, Tag: a date is written as", Format);
        Assert.Equal(
            new DateOnly(2027, 1, 2),
            (await ReadAsync(text, Format with { Order = DayOrder.MonthFirst })).Statements.Single().Lines.Single().BookedOn);
        // The person said that days come first, and this one does not.
        await IsRefusedAsync($"{Header}01/25/2027;Anna Berg;INV-1;12,00;7\n", "line 2, Tag: a date is written as", DaysFirst);
    }

    [Fact]
    public async Task UnknownWord_IsRefusedWithItsRow()
    {
        var text = $"{Header}01/02/2027;Anna;INV-1;12,00;in\n02/02/2027;Anna;INV-2;12,00;sideways\n";
        await IsRefusedAsync(text, "line 3, Nr: it does not say whether money came or went", With("Nr", ColumnUse.Direction));
        await IsRefusedAsync(text, "line 2, Nr: it does not say whether the bank has booked it", With("Nr", ColumnUse.Status));
        await IsRefusedAsync($"{Header}01/02/2027;Anna;INV-1;twelve;7\n", "line 2, Wie viel: 'twelve' is no amount", DaysFirst);
        await IsRefusedAsync(
            $"{Header}01/02/2027;Anna;INV-1;1.23;7\n", "line 2, Wie viel: '1.23' has groups that are no thousands", DaysFirst);
    }

    [Fact]
    public async Task DirectionInAColumn_IsTheSign()
    {
        var read = await ReadAsync(
            $"{Header}01/02/2027;Anna;INV-1;12,00;H\n02/02/2027;Strom;Abschlag;80,00;S\n", With("Nr", ColumnUse.Direction));
        Assert.Equal([12_00L, -80_00L], read.Statements.Single().Lines.Select(line => line.AmountMinor));
    }

    [Fact]
    public async Task CurrencyOfTheColumn_IsNotOverruled()
    {
        const string Dollars = "Tag;Wer;Wofür;Wie viel (USD);Nr\n";
        var format = With("Wie viel", ColumnUse.Amount) with
        {
            Columns = [.. DaysFirst.Columns.Select(column =>
                column.Use == ColumnUse.Amount ? column with { Name = "Wie viel (USD)" } : column)],
        };
        await IsRefusedAsync($"{Dollars}01/02/2027;Anna;INV-1;12,00;7\n", "its amounts are in USD, not in EUR", format);
    }

    private const string First = "01/02/2027;Anna Berg;INV-1;1.234,56;7\n";

    /// <summary>A format of columns without a header line: by their places.</summary>
    private static StatementFormat Placed(params ColumnUse[] uses) => DaysFirst with
    {
        Columns = [.. uses.Zip(StatementFormat.NamesOf(uses.Length), (use, name) => new FormatColumn(name, use))],
    };

    private static readonly StatementFormat ByPlace = Placed(
        ColumnUse.BookedOn, ColumnUse.Counterparty, ColumnUse.Remittance, ColumnUse.Amount, ColumnUse.Unread);

    /// <summary>The first row is a line, and never taken for names.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("\n \n")]
    [InlineData("\uFEFF")]
    public async Task TableWithoutAHeaderLine_IsReadByTheFormatOfItsColumns(string before)
    {
        var text = $"{before}{First}02/02/2027;Strom AG;Abschlag;-80,00;8\n";
        var lines = Assert.Single((await ReadAsync(text, ByPlace)).Statements).Lines;
        Assert.Equal(
            [(new DateOnly(2027, 2, 1), 1234_56L, "Anna Berg", "INV-1"), (new DateOnly(2027, 2, 2), -80_00L, "Strom AG", "Abschlag")],
            lines.Select(line => (line.BookedOn, line.AmountMinor, line.Counterparty, line.Remittance)));
    }

    [Fact]
    public async Task TableWithoutAHeaderLine_IsRefused_WithTheNamesOfItsColumns()
    {
        var read = await ReadAsync(First, new ReadingOptions());
        Assert.True(read.AsksForColumns);
        Assert.Equal(
            "line 1: the file has no header line, and this is a row of 5 columns: say what they are by a format whose columns are called "
                + "column 1 to column 5",
            $"{Assert.Single(read.Faults)}");
    }

    /// <summary>No names tell one bank's table from another's: the columns must have what the format says.</summary>
    [Fact]
    public async Task TableWithoutAHeaderLine_OfOtherColumns_IsNotReadByAFormat()
    {
        const string Because = "the file has no header line";
        await IsRefusedAsync(First, Because, Placed(ColumnUse.BookedOn, ColumnUse.Remittance, ColumnUse.Unread, ColumnUse.Amount));
        await IsRefusedAsync(First, Because, DaysFirst);
        foreach (var use in (ColumnUse[])[ColumnUse.Amount, ColumnUse.ValueOn, ColumnUse.Balance, ColumnUse.Currency])
        {
            await IsRefusedAsync(
                First, Because,
                Placed(ColumnUse.BookedOn, use, ColumnUse.Remittance, use == ColumnUse.Amount ? use : ColumnUse.Amount, ColumnUse.Unread));
        }

        await IsRefusedAsync(
            $"{First}02/02/2027;Strom AG;Abschlag;-80,00;8\n03/02/2027;a;b;1,00;9\n04/02/2027;a;b;1,00;9\n05/02/2027;a;b;1,00;9\n"
                + "06/02/2027;a;b\n",
            "line 6: it has 3 fields, and the first row has 5", ByPlace);
    }

    [Fact]
    public async Task TableWithAHeaderLine_IsReadByItsNames_BesideAFormatOfPlaces()
    {
        var read = await ReadAsync("Datum;Name;Text;Betrag;Nr\n01.02.2027;Anna;INV-1;12,00;7\n", new ReadingOptions
        {
            Formats = [ByPlace],
            Account = Camt.Iban,
            Currency = Currency.Parse("EUR"),
        });
        Assert.Equal(12_00, read.Statements.Single().Lines.Single().AmountMinor);
        var named = await ReadAsync($"{Header}{First}", ByPlace, DaysFirst);
        Assert.Equal(1234_56, named.Statements.Single().Lines.Single().AmountMinor);
    }

    /// <summary>What a person calls the statement's own account is no payer's, whatever stands in it.</summary>
    [Fact]
    public async Task AccountThatAPersonNames_IsTheStatementsOwn() => await IsRefusedAsync(
        $"{Header}01/02/2027;Anna;INV-1;12,00;{Camt.Iban}\n02/02/2027;Jonas;INV-2;7,00;DE02120300000000202051\n",
        "line 3, Nr: this is another account", With("Nr", ColumnUse.Account) with { Account = null });

    /// <summary>Accounts in the column of the other party are its accounts.</summary>
    [Fact]
    public async Task AccountsInTheColumnOfTheOtherParty_AreItsAccounts()
    {
        var read = await ReadAsync($"{Header}01/02/2027;DE02120300000000202051;INV-1;12,00;7\n", DaysFirst);

        var line = Assert.Single(Assert.Single(read.Statements).Lines);
        Assert.Equal(("DE02120300000000202051", null), (line.CounterpartyAccount, line.Counterparty));
    }

    [Fact]
    public async Task OtherHeader_IsReadAsWithoutTheFormat()
    {
        await IsRefusedAsync("Tag;Wer;Wofür;Nr;Wie viel\n01/02/2027;Anna;INV-1;7;12,00\n", "there is no header line", DaysFirst);
        var read = await ReadAsync("Datum;Betrag;Text\n01.02.2027;12,00;INV-1\n", new ReadingOptions
        {
            Formats = [DaysFirst],
            Account = Camt.Iban,
            Currency = Currency.Parse("EUR"),
        });
        Assert.Equal(12_00, read.Statements.Single().Lines.Single().AmountMinor);
    }

    [Fact]
    public async Task FilesOfTwoAccountsThatLookTheSame_AskWhichOneItIs()
    {
        const string Other = "DE75512108001245126199";
        var text = $"{Header}01/02/2027;Anna;INV-1;12,00;7\n";
        StatementFormat[] both = [DaysFirst, DaysFirst with { Account = Other }];
        await IsRefusedAsync(text, "say which account it is", both);
        var read = await ReadAsync(text, new ReadingOptions { Formats = both, Account = Other });
        Assert.Equal(Other, read.Statements.Single().AccountKey);
    }

    [Theory]
    [InlineData("Nr", ColumnUse.Amount, "'Wie viel' and 'Nr' are both amount: only one of them can be")]
    [InlineData("Tag", ColumnUse.Unread, "no column is booked_on, the day of the line")]
    [InlineData("Nr", ColumnUse.PaidOut, "paid_out and paid_in go together: say which column the other one is")]
    [InlineData("Wie viel", ColumnUse.Unread, "the amount is in one column (amount), or in one for each direction (paid_out and paid_in)")]
    [InlineData("Wofür", ColumnUse.Unread, "no column is remittance, the text of the line, or end_to_end, the payer's reference")]
    public void FormatByWhichNothingCanBeRead_SaysWhy(string column, ColumnUse use, string because) =>
        Assert.Equal(because, With(column, use).Problem!.Text);

    [Theory]
    [InlineData("[]", "a format is an object in JSON")]
    [InlineData("{", "it is no JSON: line 1")]
    [InlineData("""{"columns":[],"colour":1}""", "there is no member 'colour': there are columns, days, decimal, currency, account")]
    [InlineData("""{"days":"day_first"}""", "columns: a list of columns, each with its name and its use")]
    [InlineData("""{"columns":[{"use":"amount"}]}""", "columns, 1: the name is missing")]
    [InlineData("""{"columns":[],"days":"first"}""", "days: one of day_first, month_first, year_first")]
    [InlineData("""{"columns":[],"decimal":","}""", "decimal: one of point, comma")]
    [InlineData("""{"columns":[],"currency":"Euro"}""", "currency: an ISO 4217 code in capitals, such as EUR")]
    [InlineData("""{"columns":[],"account":7}""", "account: the number of your bank account")]
    [InlineData("""{"columns":[]}""", "a table has 2 to 100 columns")]
    public void WrongFile_SaysWhy(string json, string because) => Assert.Equal((null, because), CsvFormat.Read(json));

    [Fact]
    public void FileOfAFormat_IsRead()
    {
        var (format, problem) = CsvFormat.Read(
            """
            {"columns":[{"name":"Tag","use":"booked_on"},{"name":"Text","use":"remittance"},{"name":"Ein","use":"paid_in"},
            {"name":"Aus","use":"paid_out"}],"days":"month_first","decimal":"point","currency":"EUR","account":"DE02 1203"}
            """);
        Assert.Null(problem);
        Assert.Equal(
            (DayOrder.MonthFirst, '.', "EUR", "DE02 1203", 4),
            (format!.Order, format.DecimalSign, format.Currency!.Code, format.Account, format.Columns.Count));
        var (none, unknown) = CsvFormat.Read("""{"columns":[{"name":"Tag","use":"day"}]}""");
        Assert.Null(none);
        Assert.StartsWith("columns, 'Tag': the use is one of unread, booked_on, ", unknown, StringComparison.Ordinal);
    }
}
