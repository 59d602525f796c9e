using System.Runtime.CompilerServices;
using System.Text;
using Quittance.Console.Parts;
using Quittance.Core;

namespace Quittance.Console.Languages;

/// <summary>An interpolated text of <see cref="Texts.Say(SaidText)"/>: its words are the key, its values fill the places.</summary>
[InterpolatedStringHandler]
internal readonly struct SaidText(int literalLength, int formattedCount)
{
    private readonly StringBuilder _key = new(literalLength + (3 * formattedCount));
    private readonly List<string> _values = new(formattedCount);

    public void AppendLiteral(string words) => _key.Append(words);

    public void AppendFormatted(string? words) => Add(words ?? "");

    public void AppendFormatted(Money amount) => Add(AmountText.WithCode(amount));

    public void AppendFormatted(DateOnly day) => Add(Texts.Dated(day, "d MMM yyyy"));

    public void AppendFormatted<T>(T value, string? format = null) => Add(
        value is IFormattable written ? ReaderLanguage.Current.Write(written, format) : value?.ToString() ?? "");

    internal string InWords() => Texts.Filled(Texts.Say(_key.ToString()), _values);

    private void Add(string value)
    {
        _key.Append('{').Append(_values.Count).Append('}');
        _values.Add(value);
    }
}
