using Quittance.BackOffice.Exports;
using Quittance.Core;

namespace Quittance.Tests.Console;

/// <summary>Cells of files that people open in a spreadsheet.</summary>
public sealed class CsvCellTests
{
    [Theory]
    [InlineData(null, "")]
    [InlineData("", "")]
    [InlineData("Ada", "\"Ada\"")]
    [InlineData("Ada, Countess", "\"Ada, Countess\"")]
    [InlineData("a \"quote\"", "\"a \"\"quote\"\"\"")]
    [InlineData("two\nlines", "\"two\nlines\"")]
    [InlineData("semi;colon", "\"semi;colon\"")]
    [InlineData("=1+1", "\"'=1+1\"")]
    [InlineData("+1", "\"'+1\"")]
    [InlineData("-1", "\"'-1\"")]
    [InlineData("@SUM(A1)", "\"'@SUM(A1)\"")]
    [InlineData("\t=1", "\"'\t'=1\"")]
    [InlineData("  =1", "\"'  =1\"")]
    [InlineData("\r=1", "\"'\r'=1\"")]
    [InlineData("＝1", "\"'＝1\"")]
    [InlineData(" Ada", "\" Ada\"")]
    [InlineData("a=1", "\"a=1\"")]
    [InlineData("x;=HYPERLINK(1)", "\"x;'=HYPERLINK(1)\"")]
    [InlineData("x; =1;+2;y", "\"x;' =1;'+2;y\"")]
    [InlineData("x;\"=1\"", "\"x;'\"\"=1\"\"\"")]
    [InlineData("x\t=1", "\"x\t'=1\"")]
    [InlineData("x\r\n@A1", "\"x\r\n'@A1\"")]
    [InlineData("x;", "\"x;\"")]
    public void Text_IsQuoted_AndRunsNothing(string? text, string cell) => Assert.Equal(cell, CsvCell.Of(text).ToString());

    [Fact]
    public void Figures_StandAsTheyAre() => Assert.Equal(
        "7,-12.50,EUR,,2026-03-31T12:00:00+02:00,\"Ada\"",
        CsvCell.Line(
            CsvCell.Of(7), CsvCell.Of(new Money(-12_50, Currency.Parse("EUR"))), CsvCell.Of(Currency.Parse("EUR")), CsvCell.Of((long?)null),
            CsvCell.Of(new DateTimeOffset(2026, 3, 31, 12, 0, 0, TimeSpan.FromHours(2))), CsvCell.Of("Ada")));
}
