namespace Quittance.Core.Accounts;

/// <summary>The languages in which customers are written to.</summary>
public static class CustomerLanguage
{
    /// <summary>Each by its own name.</summary>
    public static IReadOnlyList<(string Tag, string Name)> All { get; } =
        [("de", "Deutsch"), ("en", "English"), ("es", "Español"), ("fr", "Français"), ("it", "Italiano"), ("nl", "Nederlands")];

    /// <summary>The tags, such as <c>de</c>.</summary>
    public static IReadOnlyList<string> Tags { get; } = [.. All.Select(language => language.Tag)];
}
