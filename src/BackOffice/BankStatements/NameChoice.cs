using System.Globalization;

namespace Quittance.BackOffice.BankStatements;

/// <summary>The one object that an operator means by a name that several may have.</summary>
public static class NameChoice
{
    /// <summary>
    /// The object of a name. Where several have the name, the one whose own number it is, so a number always names the object that
    /// lists show it for.
    /// </summary>
    public static T? OneOf<T>(IReadOnlyList<T> found, string name, Func<T, long> numberOf)
        where T : class =>
        found is [var only] ? only : found.FirstOrDefault(one => numberOf(one).ToString(CultureInfo.InvariantCulture) == name);

    /// <summary>What says that a name is an object's own number, and nobody's reference.</summary>
    private const string Own = "number:";

    /// <summary>The name of an object by its own number, which means no other.</summary>
    public static string Of(long number) => $"{Own}{number.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>A name as it is looked up.</summary>
    public static string Bare(string name) => name.StartsWith(Own, StringComparison.Ordinal) ? name[Own.Length..] : name;

    /// <summary>
    /// The object of a name that a person types. A number that is one object's own and another's reference means neither: many programs
    /// number their bills, too.
    /// </summary>
    public static T? OneOfTyped<T>(IReadOnlyList<T> found, string name, Func<T, long> numberOf)
        where T : class =>
        name == Bare(name) ? found is [var only] ? only : null
            : found.FirstOrDefault(one => numberOf(one).ToString(CultureInfo.InvariantCulture) == Bare(name));

    /// <summary>Why a typed name means no one object.</summary>
    public static string ProblemOfTyped(string what, string name, IEnumerable<long> numbers)
    {
        var all = string.Join(" or ", numbers.Select(Of));
        return all.Length == 0 ? $"there is no {what} {name}" : $"several {what}s are called {name}: say which one, {all}";
    }

    /// <summary>Why a name means no one object.</summary>
    public static string ProblemOf(string what, string name, IEnumerable<long> numbers)
    {
        var all = string.Join(" or ", numbers);
        return all.Length == 0 ? $"there is no {what} {name}" : $"several {what}s are called {name}: say the number of one, {all}";
    }
}
