using System.Globalization;

namespace Quittance.Core.Acts;

/// <summary>
/// The kinds of what an act asks. There are no others: what does not fit is a page, an operation and a command of its own.
/// </summary>
public enum AskKind
{
    /// <summary>A text on one line.</summary>
    Text,

    /// <summary>An amount above zero, with its currency.</summary>
    Amount,

    /// <summary>A day.</summary>
    Day,

    /// <summary>One of some words.</summary>
    Word,

    /// <summary>Yes or no; no where nothing is said.</summary>
    Flag,

    /// <summary>A whole number.</summary>
    Whole,
}

/// <summary>
/// Something that an act asks of the person or program that does it: a member of a request, a field of a form, an option of a command.
/// </summary>
/// <param name="Name">In small letters, with underscores between its words.</param>
/// <param name="Label">As a form shows it.</param>
/// <param name="Meaning">A sentence for documents, forms and help.</param>
public sealed record Ask(string Name, AskKind Kind, string Label, string Meaning)
{
    public bool IsOptional { get; init; }

    /// <summary>The smallest whole number.</summary>
    public long Least { get; init; } = 1;

    /// <summary>The most characters of a text, or the largest whole number.</summary>
    public long Most { get; init; } = 255;

    /// <summary>Whether the text is an id, or a number at a bank, that can look like a card number and is none.</summary>
    public bool IsNoCard { get; init; }

    /// <summary>Whether the text is several things with blanks between them, of which a program may send a list as well.</summary>
    public bool IsMany { get; init; }

    /// <summary>Whether the API has it in the path of the operation, and not in the body.</summary>
    public bool IsInPath { get; init; }

    /// <summary>The words of which it is one.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>The text as the act gets it, on one line and without numbers of cards.</summary>
    public string TextOf(string typed) => IsNoCard ? OneLine.Of(typed) : OneLine.ForPeople(typed);

    /// <summary>Reads a whole number; null where it is none, or none that the ask takes.</summary>
    public long? WholeOf(string typed) =>
        long.TryParse(typed, NumberStyles.None, CultureInfo.InvariantCulture, out var whole) && whole >= Least && whole <= Most
            ? whole : null;
}

/// <summary>The answers to what an act asks, by the names of its asks.</summary>
public sealed class Asked
{
    private readonly Dictionary<string, object> _values = new(StringComparer.Ordinal);

    /// <summary>Keeps an answer: a text, an amount, a day, a flag or a whole number; nothing for null.</summary>
    public Asked With(string name, object? value)
    {
        if (value is not null)
            _values[name] = value;
        return this;
    }

    /// <summary>All answers as texts, in the order of their names.</summary>
    public IEnumerable<string> Contents =>
        _values.OrderBy(value => value.Key, StringComparer.Ordinal).Select(value => $"{value.Key} {value.Value}");

    public bool Has(string name) => _values.ContainsKey(name);

    /// <summary>A text or a word; null where none is given.</summary>
    public string? Text(string name) => _values.GetValueOrDefault(name) as string;

    /// <summary>A text or a word that the act requires.</summary>
    public string Required(string name) => (string)_values[name];

    /// <summary>Null where none is given.</summary>
    public Money? Amount(string name) => _values.GetValueOrDefault(name) as Money?;

    /// <summary>Null where none is given.</summary>
    public DateOnly? Day(string name) => _values.GetValueOrDefault(name) as DateOnly?;

    public bool Flag(string name) => _values.GetValueOrDefault(name) is true;

    /// <summary>Null where none is given.</summary>
    public long? Whole(string name) => _values.GetValueOrDefault(name) as long?;
}
