using System.Text;
using Quittance.Core;

namespace Quittance.Dialects.SportAlliance.Messages;

/// <summary>The messages of one language, or of a variant of it, and how it writes numbers and times.</summary>
public sealed class MessageLanguage
{
    private const int GroupLength = 3;

    private readonly LanguageFile _own;
    private readonly LanguageFile _base;

    internal MessageLanguage(string tag, LanguageFile own, LanguageFile @base) => (Tag, _own, _base) = (tag, own, @base);

    /// <summary>Its tag, such as <c>de-CH</c>.</summary>
    public string Tag { get; }

    /// <summary>The text of a message before its arguments are filled in: a variant says only what it says differently.</summary>
    public string TextOf(Message message) => _own.TextOf(message) ?? _base.TextOf(message)
        ?? throw new InvalidOperationException($"{Tag} has no text for {message}.");

    /// <summary>A message with its arguments.</summary>
    public string Format(Message message, IReadOnlyList<MessageArgument> arguments)
    {
        var text = new StringBuilder(TextOf(message));
        for (var i = 0; i < arguments.Count; i++)
            text.Replace($"{{{i}}}", arguments[i].ToText(this));
        return text.ToString();
    }

    /// <summary>An amount with the code of its currency, as in <c>1.234,50 EUR</c>.</summary>
    public string Format(Money money)
    {
        var digits = money.ToText(AmountDecimals.Full);
        var sign = digits[0] == '-' ? "-" : "";
        var point = digits.IndexOf('.', StringComparison.Ordinal);
        var whole = new StringBuilder(digits[sign.Length..(point < 0 ? digits.Length : point)]);
        for (var at = whole.Length - GroupLength; at > 0; at -= GroupLength)
            whole.Insert(at, GroupSeparator);
        var fraction = point < 0 ? "" : DecimalPoint + digits[(point + 1)..];
        return MoneyPattern
            .Replace("{amount}", $"{sign}{whole}{fraction}", StringComparison.Ordinal)
            .Replace("{currency}", money.Currency.Code, StringComparison.Ordinal);
    }

    /// <summary>A day with its time, in the offset that it has.</summary>
    public string Format(DateTimeOffset moment) => moment.ToString(TimestampPattern);

    private string DecimalPoint => _own.DecimalPoint ?? _base.DecimalPoint!;

    private string GroupSeparator => _own.GroupSeparator ?? _base.GroupSeparator!;

    private string MoneyPattern => _own.Money ?? _base.Money!;

    private string TimestampPattern => _own.Timestamp ?? _base.Timestamp!;
}
