namespace Quittance.Storage.Verification;

/// <summary>
/// Ids that follow from a name, as SQL. Each side leaves the bytes out that hold an id's version and variant, so that both compare.
/// </summary>
internal static class DerivedIdSql
{
    /// <summary>An id as it stands in a column.</summary>
    public static string Of(string column) => Bare($"uuid_send({column})");

    /// <summary>The id that follows from a name.</summary>
    public static string From(string name) => Bare($"substr(sha256({name.Trim()}), 1, 16)");

    private static string Bare(string bytes) => $"set_byte(set_byte({bytes}, 6, 0), 8, 0)";
}
