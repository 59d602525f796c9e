using System.Globalization;

namespace Quittance.Storage.Console;

/// <summary>A place in a list of open charges: the last one of the part before.</summary>
/// <param name="Account">Who owes it.</param>
/// <param name="DueOn">The day it is due.</param>
/// <param name="Number">Its number.</param>
public sealed record OpenChargePlace(Guid Account, DateOnly DueOn, long Number)
{
    private const string DayFormat = "yyyyMMdd";

    /// <summary>Reads what <see cref="ToString"/> writes; null for anything else.</summary>
    public static OpenChargePlace? Parse(string? text) => (text ?? "").Split('-') is [var account, var due, var number]
        && Guid.TryParseExact(account, "N", out var id)
        && DateOnly.TryParseExact(due, DayFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var dueOn)
        && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var digits)
            ? new OpenChargePlace(id, dueOn, digits)
            : null;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Account:N}-{DueOn.ToString(DayFormat, CultureInfo.InvariantCulture)}-{Number}");
}
