using Quittance.Core.Accounts;

namespace Quittance.Console.Parts;

/// <summary>What APIs, and the names that they give to things, are called.</summary>
internal static class ApiWords
{
    private static readonly Dictionary<string, string> Words = new(StringComparer.Ordinal)
    {
        ["midnight"] = "Midnight",
        ["oracle-brm"] = "Oracle BRM",
        [Reference.House] = "Quittance",
        ["sport-alliance"] = "Sport Alliance",
        ["tmf676"] = "TMF676",
        ["train-travel"] = "Train Travel",
        ["widget"] = "Payment widget",
    };

    /// <summary>The words that the books have for all APIs, in the order of what they are called.</summary>
    public static IEnumerable<string> Dialects => Words.OrderBy(api => api.Value, StringComparer.Ordinal).Select(api => api.Key);

    /// <summary>An API, by the word that the books have for it.</summary>
    public static string Of(string dialect) => Words.GetValueOrDefault(dialect, dialect);

    /// <summary>A reference with what it names: <c>order-number 4711</c> becomes <c>order number 4711</c>.</summary>
    public static string Of(Reference name) => $"{name.Kind.Replace('-', ' ')} {name.Value}";
}
