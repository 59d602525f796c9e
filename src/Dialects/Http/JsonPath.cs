using System.Globalization;

namespace Quittance.Dialects.Http;

/// <summary>How faults name a place in a body: <c>paymentItem[0].item.id</c>.</summary>
internal static class JsonPath
{
    private const int MaxNameLength = 64;

    public static string Member(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    public static string Item(string path, int index) => string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]");

    /// <summary>A name that a client chose, made fit for answers, logs and the database: short, no control characters.</summary>
    public static string Printable(string name)
    {
        if (name.Length > MaxNameLength)
        {
            var kept = char.IsHighSurrogate(name[MaxNameLength - 1]) ? MaxNameLength - 1 : MaxNameLength;
            name = string.Concat(name.AsSpan(0, kept), "…");
        }

        return string.Create(name.Length, name, static (printable, original) =>
        {
            for (var at = 0; at < original.Length; at++)
                printable[at] = char.IsControl(original[at]) ? '\uFFFD' : original[at];
        });
    }
}
