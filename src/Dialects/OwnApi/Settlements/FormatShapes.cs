using Quittance.Core;
using Quittance.Core.Formats;
using Quittance.Dialects.OpenApi;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Shape;

namespace Quittance.Dialects.OwnApi.Settlements;

/// <summary>The formats of CSV that a merchant keeps, with their description.</summary>
internal static class FormatShapes
{
    private static readonly Resource<FormatColumn> Column = new(null, "A column of the header line.")
    {
        { Required("name", Text("Its name in the header line.")), column => column.Name },
        { Required("use", Word("What it has.", EnumWords.All<ColumnUse>())), column => EnumWords.Of(column.Use) },
    };

    private static readonly Resource<KeptFormat> Format = new("StatementFormat", "What the columns of a bank's CSV are.")
    {
        { Required("number", Whole("Its number.", 1)), kept => (long)kept.Number },
        { Required("name", Text("Its name, for people.")), kept => kept.Name },
        { Required("columns", List(Column, "All columns of the header line, in its order.")), Column, kept => kept.Format.Columns },
        {
            Optional("days", Word("The order in days such as 01/02/2027, where it is said.", EnumWords.All<DayOrder>())),
            kept => kept.Format.Order is { } order ? EnumWords.Of(order) : null
        },
        {
            Optional("decimal", Word("The decimal sign, where it is said.", [.. SettlementShapes.DecimalSigns.Keys])),
            kept => kept.Format.DecimalSign is { } sign ? SettlementShapes.DecimalSigns.First(one => one.Value == sign).Key : null
        },
        { Optional("currency", Text("The currency, where no column has it.")), kept => kept.Format.Currency?.Code },
        { Optional("account", Text("Your bank account, masked, where no column has it.")), kept => kept.Format.Account },
    };

    public static readonly Resource<IReadOnlyList<KeptFormat>> Formats = new("StatementFormats", "The formats that you keep.")
    {
        { Required("items", List(Format, "By their numbers.")), Format, all => all },
    };

    public static Operation ListFormats { get; } = new("listStatementFormats", "Statements", "Lists the formats of CSV that you keep")
    {
        Description = "Each file with the header line of one is read by it, however it comes in.",
        Replies = [new(200, "The formats.", Formats)],
    };
}
