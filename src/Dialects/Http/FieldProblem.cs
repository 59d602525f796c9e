namespace Quittance.Dialects.Http;

/// <summary>What is wrong with a member of a body.</summary>
public enum FieldProblem
{
    /// <summary>It is required, and absent or null.</summary>
    Missing,

    /// <summary>It is of another JSON type; a number within a string is of another type.</summary>
    WrongType,

    /// <summary>It is a text of too few characters.</summary>
    TooShort,

    /// <summary>It is a text of too many characters.</summary>
    TooLong,

    /// <summary>It is an array of too many items.</summary>
    TooMany,

    /// <summary>It is none of the values to choose from.</summary>
    NotInList,

    /// <summary>It is of the right type but does not say such a value; or a text that is none: lone surrogates, U+0000.</summary>
    Malformed,

    /// <summary>It is a number too small or too large.</summary>
    OutOfRange,

    /// <summary>It is an amount of more decimals than the currency has.</summary>
    TooPrecise,

    /// <summary>There is no such member.</summary>
    Unknown,
}
