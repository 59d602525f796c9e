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

    /// <summary>Why a name means no one object.</summary>
    public static string ProblemOf(string what, string name, IEnumerable<long> numbers)
    {
        var all = string.Join(" or ", numbers);
        return all.Length == 0 ? $"there is no {what} {name}" : $"several {what}s are called {name}: say the number of one, {all}";
    }
}
