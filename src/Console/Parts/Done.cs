using System.Collections.Frozen;
using Microsoft.AspNetCore.WebUtilities;

namespace Quittance.Console.Parts;

/// <summary>What is said on the page that one comes to after an action. The address carries a word and never the text, so that no link can make the console say things.</summary>
internal static class Done
{
    private const string Parameter = "done";

    private static readonly FrozenDictionary<string, string> Texts = new Dictionary<string, string>
    {
        ["signed-out"] = "You are signed out.",
    }.ToFrozenDictionary();

    /// <summary>An address that will say that an action is done.</summary>
    /// <param name="address">The page, without the parameter.</param>
    /// <param name="word">The action.</param>
    public static string At(string address, string word) => Texts.ContainsKey(word)
        ? QueryHelpers.AddQueryString(address, Parameter, word)
        : throw new ArgumentException($"Nothing is said for {word}.", nameof(word));

    /// <summary>What an address says; null for nothing.</summary>
    public static string? TextOf(string address) =>
        QueryHelpers.ParseQuery(new Uri(address).Query).TryGetValue(Parameter, out var words) && words is [{ } word] ? Texts.GetValueOrDefault(word) : null;
}
