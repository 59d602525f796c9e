using System.Text.Encodings.Web;
using System.Text.Json;

namespace Quittance.Dialects.Http;

/// <summary>How JSON is written: text as it is, without escapes that only HTML would need.</summary>
internal static class JsonOutput
{
    /// <summary>The one set of options. An id or href must read the same everywhere, so <c>+</c> and <c>'</c> are not escaped.</summary>
    public static JsonWriterOptions Options { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
