using System.Text.Json;
using Quittance.Core;

namespace Quittance.Dialects.SportAlliance.Messages;

/// <summary>
/// Something that a message says in its middle: within the text in the reader's language, and beside it as a value (Sport Alliance 3.3).
/// </summary>
public sealed class MessageArgument
{
    private readonly Action<Utf8JsonWriter> _write;
    private readonly Func<MessageLanguage, string> _format;

    private MessageArgument(string type, Action<Utf8JsonWriter> write, Func<MessageLanguage, string> format) =>
        (Type, _write, _format) = (type, write, format);

    /// <summary>The name of its type, such as <c>MONEY</c>.</summary>
    public string Type { get; }

    /// <summary>A whole number.</summary>
    public static MessageArgument Of(long integer) =>
        new("INTEGER", json => json.WriteNumberValue(integer), _ => integer.ToString());

    /// <summary>A word that is the same in every language.</summary>
    public static MessageArgument Of(string text) => new("STRING", json => json.WriteStringValue(text), _ => text);

    /// <summary>An amount with its currency.</summary>
    public static MessageArgument Of(Money money) =>
        new("MONEY", json => SportAllianceResponses.Money.Write(json, money), language => language.Format(money));

    /// <summary>A moment; the text has it in its own offset.</summary>
    public static MessageArgument Of(DateTimeOffset moment) => new(
        "TIMESTAMP", json => json.WriteStringValue(moment.UtcDateTime), language => language.Format(moment));

    public void WriteValue(Utf8JsonWriter json) => _write(json);

    /// <summary>The value as a text of a language.</summary>
    public string ToText(MessageLanguage language) => _format(language);
}
