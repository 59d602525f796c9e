using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Quittance.Core;

namespace Quittance.Dialects.Http.Json;

/// <summary>How JSON is written: text as it is, without escapes that only HTML would need.</summary>
public static class JsonOutput
{
    /// <summary>The one set of options. An id or href must read the same everywhere, so <c>+</c> and <c>'</c> are not escaped.</summary>
    internal static JsonWriterOptions Options { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ReadOnlyMemory<byte> Bytes(Action<Utf8JsonWriter> body)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, Options))
            body(writer);
        return buffer.WrittenMemory;
    }

    /// <summary>A body as text.</summary>
    public static string Text(Action<Utf8JsonWriter> body) => Encoding.UTF8.GetString(Bytes(body).Span);
}

/// <summary>Writes money as JSON numbers in major units, exact and with the fewest decimals: <c>10</c>, <c>42.5</c>.</summary>
public static class JsonAmountWriter
{
    /// <summary>Writes a member whose value is an amount, without its currency.</summary>
    /// <param name="writer">The writer, within an object.</param>
    /// <param name="utf8Name">The name of the member.</param>
    public static void WriteAmount(this Utf8JsonWriter writer, ReadOnlySpan<byte> utf8Name, Money amount)
    {
        writer.WritePropertyName(utf8Name);
        writer.WriteAmountValue(amount);
    }

    /// <summary>Writes a value that is an amount, without its currency.</summary>
    /// <param name="writer">The writer, where a value may follow.</param>
    public static void WriteAmountValue(this Utf8JsonWriter writer, Money amount)
    {
        Span<byte> number = stackalloc byte[Money.MaxTextLength];
        writer.WriteRawValue(number[..amount.WriteText(number, AmountDecimals.Shortest)], skipInputValidation: true);
    }
}
