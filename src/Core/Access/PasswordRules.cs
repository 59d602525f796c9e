namespace Quittance.Core.Access;

/// <summary>Why a password is refused.</summary>
public enum PasswordProblem
{
    TooShort,
    TooLong,

    /// <summary>A few characters, again and again.</summary>
    Repeats,

    /// <summary>Neighbours in the alphabet, among the digits or on the keyboard.</summary>
    Sequence,

    /// <summary>A word that many people take, with or without digits around it.</summary>
    Common,

    /// <summary>It has the person's name or address in it.</summary>
    OwnName,
}

/// <summary>The passwords that people may choose: long ones that a stranger does not try first.</summary>
public static class PasswordRules
{
    /// <summary>The shortest password that people may choose, characters.</summary>
    public const int Shortest = 12;

    /// <summary>The longest password, characters.</summary>
    public const int Longest = 256;

    private const int FewestCharacters = 5;
    private const int LongestUnit = 4;
    private const int ShortestName = 4;
    private static readonly string[] Rows = ["qwertyuiop", "qwertzuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm", "1234567890"];

    /// <summary>The problem with a password; null for none.</summary>
    /// <param name="common">Words and passwords that many people take, in lower case.</param>
    public static PasswordProblem? ProblemOf(string password, Person person, IReadOnlySet<string> common)
    {
        if (password.Length < Shortest)
            return PasswordProblem.TooShort;
        if (password.Length > Longest)
            return PasswordProblem.TooLong;
        var lower = password.ToLowerInvariant();
        if (lower.Distinct().Count() < FewestCharacters || IsUnitRepeated(lower))
            return PasswordProblem.Repeats;
        if (IsSequence(lower))
            return PasswordProblem.Sequence;
        if (NamesOf(person).Any(name => lower.Contains(name, StringComparison.Ordinal)))
            return PasswordProblem.OwnName;
        return IsCommon(lower, common) ? PasswordProblem.Common : null;
    }

    private static bool IsUnitRepeated(string text) => Enumerable.Range(1, LongestUnit).Any(
        length => Enumerable.Range(length, text.Length - length).All(at => text[at] == text[at - length]));

    /// <summary>Whether three of four characters are followed by a neighbour.</summary>
    private static bool IsSequence(string text)
    {
        var neighbours = text.Zip(text[1..]).Count(pair => Math.Abs(pair.First - pair.Second) == 1 || Rows.Any(row =>
            row.IndexOf(pair.First, StringComparison.Ordinal) is >= 0 and var first
            && row.IndexOf(pair.Second, StringComparison.Ordinal) is >= 0 and var second && Math.Abs(first - second) == 1));
        return neighbours * 4 >= (text.Length - 1) * 3;
    }

    /// <summary>Whether it is a common password, or one common word with anything but letters around it, once or more often.</summary>
    private static bool IsCommon(string text, IReadOnlySet<string> common)
    {
        var plain = Plain(text);
        return common.Contains(text) || common.Contains(plain)
            || common.Any(word => word.Length >= ShortestName && plain.Length >= word.Length && plain.Length % word.Length == 0
                && plain == string.Concat(Enumerable.Repeat(word, plain.Length / word.Length)));
    }

    /// <summary>The letters between the digits and signs at both ends; digits that stand for letters are letters again.</summary>
    private static string Plain(string text)
    {
        var letters = text.AsSpan().Trim("0123456789!\"#%&'()*+,-./:;<=>?[\\]^_`{|}~ ");
        return string.Create(letters.Length, letters, static (plain, from) =>
        {
            for (var at = 0; at < from.Length; at++)
            {
                plain[at] = from[at] switch
                {
                    '0' => 'o',
                    '1' => 'i',
                    '3' => 'e',
                    '4' or '@' => 'a',
                    '5' or '$' => 's',
                    '7' => 't',
                    var other => other,
                };
            }
        });
    }

    /// <summary>The words of a person's name and of the part of the address before the @, and the address.</summary>
    private static IEnumerable<string> NamesOf(Person person) =>
        person.Name.ToLowerInvariant().Split([' ', '-', '.', '\''])
            .Concat(person.Email.Split('@')[0].Split(['.', '-', '_', '+']))
            .Append(person.Email)
            .Where(name => name.Length >= ShortestName);
}
