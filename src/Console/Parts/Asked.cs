using System.Globalization;
using Microsoft.AspNetCore.Http;
using Quittance.Storage.Console;

namespace Quittance.Console.Parts;

/// <summary>Reads what stands in an address, where anybody may have written anything: what can't be read was not asked.</summary>
internal static class Asked
{
    /// <summary>The id of something; null where it is none.</summary>
    public static Guid? Id(string? text) => Guid.TryParse(text, out var id) ? id : null;

    /// <summary>A number; null where it is none, or too large to count anything.</summary>
    public static int? Number(string? text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>The transfer behind which a list goes on; null where it begins.</summary>
    public static TransferPlace? Place(IQueryCollection query) =>
        Id(query["subject"]) is { } subject ? new TransferPlace(subject, Number(query["sequence"]) ?? 0, Number(query["line"]) ?? 0) : null;

    /// <summary>Whether something that is off by itself is wanted.</summary>
    public static bool Yes(string? text) => bool.TryParse(text, out var isWanted) && isWanted;
}
