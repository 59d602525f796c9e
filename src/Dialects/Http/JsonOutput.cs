using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Quittance.Dialects.Http;

/// <summary>How JSON is written: text as it is, without escapes that only HTML would need.</summary>
public static class JsonOutput
{
    /// <summary>The one set of options. An id or href must read the same everywhere, so <c>+</c> and <c>'</c> are not escaped.</summary>
    internal static JsonWriterOptions Options { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The bytes of a body.</summary>
    public static ReadOnlyMemory<byte> Bytes(Action<Utf8JsonWriter> body)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, Options))
            body(writer);
        return buffer.WrittenMemory;
    }
}
