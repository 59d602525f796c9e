using Quittance.Core;

namespace Quittance.Storage.Rows;

/// <summary>The words that stand in the database for our enums: <see cref="EnumWords"/>.</summary>
internal static class Words
{
    public static string Of<T>(T value)
        where T : struct, Enum => EnumWords.Of(value);

    public static T To<T>(string word)
        where T : struct, Enum => EnumWords.To<T>(word);
}
