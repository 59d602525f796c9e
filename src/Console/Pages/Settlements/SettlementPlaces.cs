using Quittance.Core.Settlements;

namespace Quittance.Console.Pages.Settlements;

/// <summary>Where the pages about statements are.</summary>
internal static class SettlementPlaces
{
    public const string Root = "/console/settlements";

    public const string Import = Root + "/import";

    public static string Of(StatementId statement) => $"{Root}/{statement.Value:D}";

    public static string Of(SettlementLineId line) => $"{Root}/lines/{line.Value:D}";

    /// <summary>Where a line is booked, with a proposal.</summary>
    public static string ToBook(SettlementLineId line, string? choice = null, string? name = null) =>
        $"{Of(line)}/book{(choice is null ? "" : $"?as={choice}&name={Uri.EscapeDataString(name ?? "")}")}";
}
