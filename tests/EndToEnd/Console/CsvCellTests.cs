using Quittance.Console.Parts;

namespace Quittance.Tests.Console;

/// <summary>Cells of files that people open in a spreadsheet.</summary>
public sealed class CsvCellTests
{
    [Theory]
    [InlineData(null, "")]
    [InlineData("Ada", "Ada")]
    [InlineData("Ada, Countess", "\"Ada, Countess\"")]
    [InlineData("a \"quote\"", "\"a \"\"quote\"\"\"")]
    [InlineData("two\nlines", "\"two\nlines\"")]
    [InlineData("semi;colon", "\"semi;colon\"")]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\t=1", "'\t=1")]
    [InlineData("  =1", "'  =1")]
    [InlineData("\r=1", "\"'\r=1\"")]
    [InlineData("＝1", "'＝1")]
    [InlineData(" Ada", "\" Ada\"")]
    [InlineData("a=1", "a=1")]
    public void Cell_IsQuoted_AndRunsNothing(string? text, string cell) => Assert.Equal(cell, CsvCell.Of(text));
}
