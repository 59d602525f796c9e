using Quittance.Core.Accounts;

namespace Quittance.Console.Parts;

/// <summary>What APIs, and the names that they give to things, are called.</summary>
internal static class ApiWords
{
    /// <summary>An API, by the word that the books have for it.</summary>
    public static string Of(string dialect) => dialect switch
    {
        "tmf676" => "TMF676",
        "oracle-brm" => "Oracle BRM",
        "midnight" => "Midnight",
        "sport-alliance" => "Sport Alliance",
        "train-travel" => "Train Travel",
        "widget" => "Payment widget",
        Reference.House => "Quittance",
        _ => dialect,
    };

    /// <summary>A reference with what it names: <c>order-number 4711</c> becomes <c>order number 4711</c>.</summary>
    public static string Of(Reference name) => $"{name.Kind.Replace('-', ' ')} {name.Value}";
}
