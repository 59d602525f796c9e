namespace Quittance.Core;

/// <summary>Texts of people and programs that lists and logs show on one line.</summary>
public static class OneLine
{
    /// <summary>The text with a blank for each control character.</summary>
    public static string Of(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter)) : text;
}
