using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Quittance.Dialects.Http;

/// <summary>Reads JSON strings as text that can be stored and answered again.</summary>
internal static class JsonText
{
    public static bool TryRead(
        JsonElement element,
        int minLength,
        int maxLength,
        [NotNullWhen(true)] out string? text,
        out FieldProblem problem)
    {
        text = null;
        problem = FieldProblem.WrongType;
        if (element.ValueKind != JsonValueKind.String)
            return false;

        problem = FieldProblem.Malformed;
        if (!TryGetString(element, out var read))
            return false;

        var length = Length(read, maxLength);
        problem = length < minLength ? FieldProblem.TooShort : FieldProblem.TooLong;
        if (length < minLength || length > maxLength)
            return false;

        text = read;
        return true;
    }

    public static string Expected(int minLength, int maxLength) =>
        minLength == 0
            ? $"a text of at most {maxLength} characters"
            : $"a text of {minLength} to {maxLength} characters";

    private static bool TryGetString(JsonElement element, out string text)
    {
        try
        {
            text = element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, written as an escape.
            text = "";
            return false;
        }

        // PostgreSQL cannot store U+0000.
        return !text.Contains('\0');
    }

    /// <summary>The number of code points, counted only where it decides: there are never more than UTF-16 units.</summary>
    private static int Length(string text, int maxLength)
    {
        if (text.Length <= maxLength)
            return text.Length;

        var length = 0;
        foreach (var _ in text.EnumerateRunes())
            length++;
        return length;
    }
}
