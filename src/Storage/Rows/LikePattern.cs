using System.Text.RegularExpressions;

namespace Quittance.Storage.Rows;

/// <summary>Patterns of LIKE.</summary>
internal static partial class LikePattern
{
    /// <summary>What contains a text, as it is.</summary>
    public static string Containing(string text) => $"%{Signs().Replace(text, @"\$0")}%";

    [GeneratedRegex(@"[\\%_]", RegexOptions.NonBacktracking)]
    private static partial Regex Signs();
}
