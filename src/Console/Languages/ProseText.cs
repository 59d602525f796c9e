using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Quittance.Console.Parts;
using Quittance.Core;

namespace Quittance.Console.Languages;

/// <summary>An interpolated text of <see cref="Texts.Prose"/>: its values are parts of the page.</summary>
[InterpolatedStringHandler]
internal readonly struct ProseText(int literalLength, int formattedCount)
{
    private readonly StringBuilder _key = new(literalLength + (3 * formattedCount));
    private readonly List<RenderFragment> _values = new(formattedCount);

    public void AppendLiteral(string words) => _key.Append(words);

    public void AppendFormatted(string? words) => Add(builder => builder.AddContent(0, words));

    public void AppendFormatted(RenderFragment? part) => Add(part ?? (_ => { }));

    public void AppendFormatted(Money? amount) => Add(builder => Show<Amount>(builder, nameof(Amount.Of), amount));

    public void AppendFormatted(DateOnly day) => Add(builder => Show<Day>(builder, nameof(Day.On), day));

    public void AppendFormatted(DateTimeOffset moment) => Add(builder => Show<Moment>(builder, nameof(Moment.At), moment));

    public void AppendFormatted<T>(T value, string? format = null)
        where T : IFormattable
    {
        var written = ReaderLanguage.Current.Write(value, format);
        Add(builder => builder.AddContent(0, written));
    }

    internal RenderFragment Shown()
    {
        var (template, values) = (Texts.Say(_key.ToString()), _values);
        return builder =>
        {
            foreach (var (words, place) in Texts.Pieces(template))
            {
                builder.AddContent(0, words);
                if (place is { } at)
                    builder.AddContent(1, values[at]);
            }
        };
    }

    private static void Show<TPart>(RenderTreeBuilder builder, string parameter, object? value)
        where TPart : IComponent
    {
        builder.OpenComponent<TPart>(0);
        builder.AddComponentParameter(1, parameter, value);
        builder.CloseComponent();
    }

    private void Add(RenderFragment value)
    {
        _key.Append('{').Append(_values.Count).Append('}');
        _values.Add(value);
    }
}
